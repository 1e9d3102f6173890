import { lookIntoEach, runDeltas } from '@fleetmend/server/findings/test-deltas.ts';
import { type BenchContext, exactly, type Result, told } from '../report.ts';
import type { Store } from './postgres.ts';

const WHOLE = { deltas: 100_000, rounds: 99, assets: 200 };
const SHORT = { deltas: 300, rounds: 3, assets: 10 };

/** The property test of the server in its long form: 100,000 changes of machines and advisories, in 99 rounds. */
export async function manyDeltas({ ctx }: Store, { seed, is_short, note }: BenchContext): Promise<Result[]> {
  const plan = is_short ? SHORT : WHOLE;
  note(`${plan.deltas.toLocaleString('en')} random changes of machines and advisories`);
  const begun = performance.now();
  const { incremental, rebuilt } = await runDeltas(ctx, { ...plan, seed });
  const seconds = (performance.now() - begun) / 1000;
  const looked = await lookIntoEach(ctx);
  const differing =
    differences(incremental.findings, rebuilt.findings) +
    differences(incremental.matches, rebuilt.matches) +
    differences(incremental.index, rebuilt.index) +
    differences(rebuilt.index, looked);
  const name = `after ${plan.deltas.toLocaleString('en')} random changes`;
  return [
    exactly(0, { metric: `${name}: differences between step by step and from nothing`, value: differing, unit: '' }),
    told({ metric: `${name}: findings compared`, value: rebuilt.findings.length, unit: '' }),
    told({ metric: `${name}: matches and places compared`, value: rebuilt.matches.length + looked.length, unit: '' }),
    told({ metric: `${name}: all of them, findings kept up in ${plan.rounds} rounds`, value: seconds, unit: 's' }),
  ];
}

function differences(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  return a.filter((each) => !right.has(each)).length + b.filter((each) => !left.has(each)).length;
}
