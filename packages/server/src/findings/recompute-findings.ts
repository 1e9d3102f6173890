import { deriveFindings, findingKey } from '@fleetmend/domain/findings/derive-findings.ts';
import { settleFindings } from '@fleetmend/domain/findings/settle-findings.ts';
import { operatingSystem } from '@fleetmend/domain/inventory/operating-system.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import { readAffected } from '../advisories/advisory.queries.ts';
import { takeChangedKeys } from '../advisories/advisory.store.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { answerFromVex } from './answer-from-vex.ts';
import { type AssetKnowledge, listAssetsToRecompute, readAssetKnowledge } from './finding.queries.ts';
import { clearFindings, insertFindings, lockOpenFindings, type OpenFinding, updateFindings } from './finding.store.ts';

/**
 * Brings the findings of an asset in line with its last report and what is known now: new ones are opened, others cleared,
 * none deleted. Run twice it changes nothing more.
 */
export async function recomputeFindings(ctx: Ctx, asset: string): Promise<void> {
  const open = await lockOpenFindings(ctx.db, asset);
  const knowledge = await readAssetKnowledge(ctx.db, asset);
  if (knowledge === null) return;
  if (knowledge.retired_at !== null) {
    await clearFindings(
      ctx.db,
      open.map(({ id }) => ({ id, because: 'retired' })),
      ctx.now,
    );
    return;
  }
  if (knowledge.software !== null) await settle(ctx, asset, open, knowledge);
  await enqueue(ctx, 'patches.record-offers', { asset }, { key: `offers:${asset}` });
}

/** Asks for every asset's findings anew, one job each, where advisories have changed since the last time. */
export async function recomputeAllFindings(ctx: Ctx): Promise<void> {
  if ((await takeChangedKeys(ctx.db)).length === 0) return;
  await requestFindings(ctx, await listAssetsToRecompute(ctx.db));
}

async function settle(
  ctx: Ctx,
  asset: string,
  open: readonly OpenFinding[],
  { software, updates, facts }: AssetKnowledge,
): Promise<void> {
  const installed = software ?? [];
  const sources = [...new Set(installed.map(({ source }) => source))];
  const os = facts === null ? null : operatingSystem(facts.os.id, facts.os.version_id);
  const advisories = await readAffected(ctx.db, platformsOf({ os }), sources);
  const derived = deriveFindings({ software: installed, updates, advisories });
  const vex = await answerFromVex(ctx, asset, { derived, open }, { os, software: installed });
  const settled = settleFindings(vex.open, vex.standing, {
    software: installed,
    updates,
    reboot_reasons: facts?.reboot_reasons ?? [],
  });
  const known = new Map(open.map((finding) => [findingKey(finding), finding]));
  const now = ctx.now.toISOString();
  const fresh: OpenFinding[] = [];
  const changed: OpenFinding[] = [];
  for (const { is_patch_available, ...finding } of settled.open) {
    const before = known.get(findingKey(finding));
    const patch_available_at = before?.patch_available_at ?? (is_patch_available ? now : null);
    const next = { ...finding, id: before?.id ?? newId('fnd', ctx.now), patch_available_at };
    if (before === undefined) fresh.push(next);
    else if (!isSame(before, next)) changed.push(next);
  }
  if (fresh.length > 0) await insertFindings(ctx.db, asset, fresh, ctx.now);
  if (changed.length > 0) await updateFindings(ctx.db, changed);
  const cleared = settled.cleared.flatMap(({ finding, because }) => {
    const id = known.get(findingKey(finding))?.id;
    return id === undefined ? [] : [{ id, because }];
  });
  const answered = vex.answered.map(({ id }) => ({ id, because: 'not_affected' as const }));
  if (cleared.length + answered.length > 0) await clearFindings(ctx.db, [...cleared, ...answered], ctx.now);
}

function isSame(a: OpenFinding, b: OpenFinding): boolean {
  const text = ({
    package: name,
    architecture,
    installed_version,
    fixed_version,
    evidence,
    published_at,
    patch_available_at,
  }: OpenFinding) =>
    JSON.stringify([
      name,
      architecture,
      installed_version,
      fixed_version,
      published_at,
      patch_available_at,
      evidence.map(({ source, rule, detail, as_of }) => [source, rule, detail, as_of]),
    ]);
  return text(a) === text(b);
}
