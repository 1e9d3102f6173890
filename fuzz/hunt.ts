import fc from 'fast-check';
import type { Coverage } from './coverage.ts';
import { judge } from './judge.ts';
import { carryOut, type Material, type Plan, plan, TOKENS } from './mutations.ts';
import { wordsIn } from './seeds.ts';
import type { FuzzTarget } from './target.ts';

export interface HuntOptions {
  seconds: number;
  seed: number;
  coverage: Coverage;
  /** Told of each input before it is read, so that one that never comes back is known. */
  onInput?: (input: Uint8Array) => void;
}

export interface Catch {
  runs: number;
  /** Inputs that went a way of their own. */
  corpus: number;
  finding: { input: Uint8Array; complaint: string } | null;
}

/** How many plans are tried before the inputs that went new ways are looked for and taken up as material. */
const ROUND = 64;
const MAX_TOKENS = 2000;

/**
 * Looks for an input that a target does not take as it should: fast-check plans, carries out, and shrinks what fails;
 * inputs that go a new way through the code are material for the next round. The same seed does the same as long as the
 * time allows.
 */
export async function hunt(target: FuzzTarget, options: HuntOptions): Promise<Catch> {
  const { seconds, seed, coverage, onInput = () => undefined } = options;
  const deadline = performance.now() + seconds * 1000;
  const seeds = target.seeds();
  const tokens = [...TOKENS, ...wordsOf(seeds), ...wordsIn(target.source)];
  const material = { inputs: [new Uint8Array(), ...seeds], tokens };
  const told: Catch = { runs: 0, corpus: 0, finding: null };
  let untold: Uint8Array[] = [];
  const complain = (input: Uint8Array): Promise<string | null> => {
    onInput(input);
    untold.push(input);
    return judge(target, input, ++told.runs % 8 === 0);
  };
  for (const input of seeds) {
    const complaint = await complain(input);
    if (complaint !== null) return { ...told, finding: { input, complaint } };
    if (performance.now() > deadline) return told;
  }
  coverage.isNew();
  for (let round = 0; performance.now() < deadline; round++) {
    untold = [];
    told.finding = await tryRound(material, { complain, seed: seed + round, deadline });
    if (told.finding !== null) break;
    // Asking is dear, and most rounds bring nothing: only where one does, each of its inputs is asked for.
    if (!coverage.isRoundNew()) continue;
    for (const input of untold) {
      if (performance.now() > deadline) break;
      await judge(target, input, false);
      if (coverage.isNew()) material.inputs.push(input);
    }
  }
  told.corpus = material.inputs.length;
  return told;
}

interface Round {
  complain(input: Uint8Array): Promise<string | null>;
  seed: number;
  deadline: number;
}

async function tryRound(material: Material, { complain, seed, deadline }: Round): Promise<Catch['finding']> {
  let complaint = '';
  const property = fc.asyncProperty(plan, async (each: Plan) => {
    const said = await complain(carryOut(each, material));
    if (said === null) return true;
    complaint = said;
    return false;
  });
  const interruptAfterTimeLimit = Math.max(1, deadline - performance.now());
  const { failed, counterexample, interrupted } = await fc.check(property, {
    seed,
    numRuns: ROUND,
    interruptAfterTimeLimit,
    ignoreEqualValues: false,
  });
  if (!failed || counterexample === null || (interrupted && complaint === '')) return null;
  return { input: carryOut(counterexample[0], material), complaint };
}

/** Words of real inputs are worth more than random ones. */
function wordsOf(seeds: readonly Uint8Array[]): string[] {
  const words = new Set<string>();
  for (const seed of seeds) {
    for (const [word] of Buffer.from(seed)
      .toString('latin1')
      .matchAll(/[\w%.:-]{2,40}/g)) {
      words.add(word);
      if (words.size > MAX_TOKENS) return [...words];
    }
  }
  return [...words];
}
