import { deriveFindings, findingKey } from '@fleetmend/domain/findings/derive-findings.ts';
import { kernelInEffect } from '@fleetmend/domain/findings/kernel-in-effect.ts';
import { settleFindings } from '@fleetmend/domain/findings/settle-findings.ts';
import { operatingSystem } from '@fleetmend/domain/inventory/operating-system.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { answerFromVex } from './answer-from-vex.ts';
import { type AssetKnowledge, readAssetKnowledge } from './finding.queries.ts';
import { clearFindings, insertFindings, lockOpenFindings, type OpenFinding, updateFindings } from './finding.store.ts';
import { matchAsset } from './match-asset.ts';

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

async function settle(ctx: Ctx, asset: string, open: readonly OpenFinding[], knowledge: AssetKnowledge): Promise<void> {
  const { updates, facts } = knowledge;
  const software = knowledge.software ?? [];
  const kernel_running = facts?.kernel_running ?? '';
  const os = facts === null ? null : operatingSystem(facts.os.id, facts.os.version_id);
  const derived = deriveFindings({
    updates,
    ...(await matchAsset(ctx, knowledge)),
    kernel: kernelInEffect(software, kernel_running),
  });
  const vex = await answerFromVex(ctx, asset, { derived, open }, { os, software });
  const settled = settleFindings(vex.open, vex.standing, {
    software,
    updates,
    reboot_reasons: facts?.reboot_reasons ?? [],
    kernel_running,
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
