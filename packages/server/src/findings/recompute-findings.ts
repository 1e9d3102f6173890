import { deriveFindings, findingKey } from '@fleetmend/domain/findings/derive-findings.ts';
import type { ClearedBecause } from '@fleetmend/domain/findings/derived-finding.ts';
import { kernelInEffect } from '@fleetmend/domain/findings/kernel-in-effect.ts';
import { endUnsupported } from '@fleetmend/domain/findings/out-of-support.ts';
import { settleFindings } from '@fleetmend/domain/findings/settle-findings.ts';
import { readSupport } from '../inventory/read-support.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { answerFromVex, type Observed, type Unanswered } from './answer-from-vex.ts';
import {
  clearFindings,
  insertFindings,
  listOpenFindings,
  lockFindings,
  type OpenFinding,
  updateFindings,
} from './finding.store.ts';
import { matchAssets } from './match-assets.ts';
import { type AssetKnowledge, readKnowledge } from './read-knowledge.ts';
import { setAnswered } from './vex.store.ts';

/** What is to be written of findings. */
interface Writes {
  fresh: OpenFinding[];
  changed: OpenFinding[];
  cleared: { id: string; because: ClearedBecause }[];
}

/**
 * Brings the findings of assets in line with their last reports and what is known now: new ones are opened, others cleared,
 * none deleted. Read and written for all of them together; run twice it changes nothing more. Matches are taken as they are
 * stored: changed advisories are for `rematch`, before.
 */
export async function recomputeFindings(ctx: Ctx, assets: readonly string[]): Promise<void> {
  await lockFindings(ctx.db);
  const all = await readKnowledge(ctx.db, assets);
  const open = Map.groupBy(await listOpenFindings(ctx.db, assets), ({ asset }) => asset);
  const known = all.filter(({ is_retired, software }) => !is_retired && software !== null);
  const writes: Writes = { fresh: [], changed: [], cleared: [] };
  for (const { asset, is_retired } of all)
    if (is_retired) writes.cleared.push(...over(open.get(asset) ?? [], 'retired'));
  const observed = await observe(ctx, known, open);
  for (const each of observed) settle(ctx, each, writes);
  const { fresh, changed, cleared } = writes;
  if (fresh.length > 0) await insertFindings(ctx.db, fresh, ctx.now);
  if (changed.length > 0) await updateFindings(ctx.db, changed);
  if (cleared.length > 0) await clearFindings(ctx.db, cleared, ctx.now);
  if (known.length === 0) return;
  await setAnswered(
    ctx.db,
    known.map(({ asset }) => asset),
    observed.flatMap(({ answered }) => answered),
    ctx.now,
  );
  const offered = known.filter(({ updates }) => updates.length > 0).map(({ asset }) => asset);
  if (offered.length > 0) await enqueue(ctx, 'patches.record-offers', { assets: offered });
}

/** What is derived of each asset's software, updates and matches, less what VEX answers. */
async function observe(
  ctx: Ctx,
  known: readonly AssetKnowledge[],
  open: ReadonlyMap<string, OpenFinding[]>,
): Promise<Unanswered[]> {
  const matched = await matchAssets(ctx.db, known);
  const supportOf = await readSupport(ctx, known);
  const observed = known.map((knowledge): Observed => {
    const { asset, software, updates, facts } = knowledge;
    const kernel = kernelInEffect(software ?? [], facts?.kernel_running ?? '');
    const { matches, rebuttals, ended } = matched.get(asset) ?? { matches: [], rebuttals: [], ended: NONE };
    return {
      knowledge,
      ended,
      derived: endUnsupported(deriveFindings({ updates, matches, rebuttals, kernel }), supportOf(knowledge)),
      open: open.get(asset) ?? [],
    };
  });
  return answerFromVex(ctx.db, observed);
}

const NONE: ReadonlySet<string> = new Set();

/** Decides what becomes of one asset's findings, and notes what is to be written. */
function settle({ now }: Ctx, { knowledge, ended, derived, open, over: answered }: Unanswered, writes: Writes): void {
  const { asset, software, updates, facts } = knowledge;
  const settled = settleFindings(open, derived, {
    software: software ?? [],
    updates,
    ended,
    reboot_reasons: facts?.reboot_reasons ?? [],
    kernel_running: facts?.kernel_running ?? '',
  });
  const known = new Map([...open, ...answered].map((finding) => [findingKey(finding), finding]));
  for (const { is_patch_available, ...finding } of settled.open) {
    const before = known.get(findingKey(finding));
    const patch_available_at = before?.patch_available_at ?? (is_patch_available ? now.toISOString() : null);
    const next = { ...finding, asset, id: before?.id ?? newId('fnd', now), patch_available_at };
    if (before === undefined) writes.fresh.push(next);
    else if (!isSame(before, next)) writes.changed.push(next);
  }
  for (const { finding, because } of settled.cleared)
    writes.cleared.push(...over([known.get(findingKey(finding))], because));
  writes.cleared.push(...over(answered, 'not_affected'));
}

function over(findings: readonly (OpenFinding | undefined)[], because: ClearedBecause): Writes['cleared'] {
  return findings.flatMap((finding) => (finding === undefined ? [] : [{ id: finding.id, because }]));
}

function isSame(a: OpenFinding, b: OpenFinding): boolean {
  const text = ({
    package: name,
    architecture,
    installed_version,
    fixed_version,
    state,
    evidence,
    decided_by,
    waits_for,
    published_at,
    patch_available_at,
  }: OpenFinding) =>
    JSON.stringify([
      name,
      architecture,
      installed_version,
      fixed_version,
      state,
      decided_by,
      waits_for,
      published_at,
      patch_available_at,
      evidence.map(({ source, rule, detail, as_of }) => [source, rule, detail, as_of]),
    ]);
  return text(a) === text(b);
}
