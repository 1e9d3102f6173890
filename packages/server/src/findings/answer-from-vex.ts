import { answerFindings } from '@fleetmend/domain/findings/answer-findings.ts';
import { findingKey } from '@fleetmend/domain/findings/derive-findings.ts';
import type { DerivedFinding } from '@fleetmend/domain/findings/derived-finding.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import type { OperatingSystem } from '@fleetmend/domain/inventory/installed.ts';
import type { Ctx } from '../platform/context.ts';
import type { OpenFinding } from './finding.store.ts';
import { readStatements } from './vex.queries.ts';
import { setAnswered } from './vex.store.ts';

/**
 * Takes out of an asset's findings what VEX documents answer, and writes down who answers what. Of the findings that were
 * open, `answered` are those that are over for that reason.
 */
export async function answerFromVex(
  ctx: Ctx,
  asset: string,
  { derived, open }: { derived: readonly DerivedFinding[]; open: readonly OpenFinding[] },
  on: { os: OperatingSystem | null; software: readonly Software[] },
): Promise<{ standing: DerivedFinding[]; open: OpenFinding[]; answered: OpenFinding[] }> {
  const statements = await readStatements(ctx.db, [
    ...new Set([...derived, ...open].flatMap((each) => each.vulnerability ?? [])),
  ]);
  // What stays open on the host's own word alone is answered as well.
  const known = new Map([...open, ...derived].map((each) => [findingKey(each), each]));
  const { answered } = answerFindings([...known.values()], statements, on);
  await setAnswered(ctx.db, asset, answered, ctx.now);
  const keys = new Set(answered.map(({ finding }) => findingKey(finding)));
  const isAnswered = (finding: DerivedFinding) => keys.has(findingKey(finding));
  return {
    standing: derived.filter((each) => !isAnswered(each)),
    open: open.filter((each) => !isAnswered(each)),
    answered: open.filter(isAnswered),
  };
}
