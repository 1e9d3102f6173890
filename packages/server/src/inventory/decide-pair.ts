import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { type PairDecisionView, readPairDecision } from './asset-care.queries.ts';
import {
  insertPairDecision,
  lockPairDecision,
  type PairDecisionRow,
  reviveAsset,
  setMergedInto,
  undoPairDecisionRow,
} from './asset-care.store.ts';
import { reachedBy, readLiveness } from './describe-asset.ts';
import { findAsset, retireAsset } from './edit-asset.ts';
import type { AssetView } from './inventory.queries.ts';
import { type AssetEdit, editAsset, recordAssetEvent } from './inventory.store.ts';
import { pairsOf } from './list-duplicates.ts';
import { requestFindings } from './request-findings.ts';

const UNDO_MILLISECONDS = 30 * 24 * 3_600_000;

/**
 * Decides about two records. Merging keeps one and retires the other; what people said of the one that goes is taken over
 * where nobody has said it of the one that stays. Records that both report are two machines and are not merged.
 * @throws Problem `not-found`, `state-conflict`
 */
export async function decidePair(
  ctx: Ctx,
  { kind, kept: keptId, other: otherId }: Given<'decidePair'>['body'],
): Promise<Output<'decidePair'>> {
  const kept = await findAsset(ctx, keptId);
  const other = await findAsset(ctx, otherId);
  if (kept.id === other.id) throw new Problem('state-conflict', 'These are one record.');
  const isBothReporting = [kept, other].every((asset) => readLiveness(ctx, asset) === 'reporting');
  const isTwoWays = reachedBy(kept) === 'agent' && reachedBy(other) === 'ssh';
  if (kind === 'merged' && isBothReporting && !isTwoWays)
    throw new Problem('state-conflict', `${kept.hostname} and ${other.hostname} both report: they are two machines.`);
  const evidence = pairsOf(ctx, [kept, other])[0]?.evidence ?? [];
  const merged = kind === 'merged' ? await merge(ctx, kept, other) : { before: null, version_after: null };
  const id = newId('pair', ctx.now);
  const row = { id, kind, kept: kept.id, other: other.id, evidence, ...merged, decided_by: ctx.actor.label };
  if (!(await insertPairDecision(ctx.db, row, ctx.now)))
    throw new Problem('state-conflict', 'A decision about these two stands already; take it back first.');
  await recordAudit(ctx, {
    verb: kind === 'merged' ? 'asset.merge' : 'asset.keep-apart',
    object: `asset/${kept.id}`,
    detail: { kept: kept.id, other: other.id, evidence },
  });
  return describePairDecision(await findDecision(ctx, id), ctx.now);
}

async function merge(
  ctx: Ctx,
  kept: AssetView,
  other: AssetView,
): Promise<{ before: AssetEdit; version_after: number }> {
  const before = wordsOf(kept);
  const said = wordsOf(other);
  const after: AssetEdit = {
    labels: { ...said.labels, ...before.labels },
    owner: before.owner ?? said.owner,
    service_group: before.service_group ?? said.service_group,
    criticality: before.criticality ?? said.criticality,
    data_sensitivity: before.data_sensitivity ?? said.data_sensitivity,
    exposure: before.exposure ?? said.exposure,
  };
  if (!(await editAsset(ctx.db, kept.id, kept.version, after)))
    throw new Problem('state-conflict', `${kept.hostname} was changed at this moment; try again.`);
  await retireAsset(ctx, other.id);
  await setMergedInto(ctx.db, other.id, kept.id);
  await recordAssetEvent(
    ctx,
    kept.id,
    'merged',
    `${ctx.actor.label} merged the record ${other.hostname} (${other.id}) into this one.`,
  );
  return { before, version_after: kept.version + 1 };
}

function wordsOf({ labels, owner, service_group, criticality, data_sensitivity, exposure }: AssetView): AssetEdit {
  return { labels, owner, service_group, criticality, data_sensitivity, exposure };
}

/**
 * Takes a decision back. A merge, within 30 days: the retired record is in service again, and the one that stayed is as it
 * was, unless somebody has edited it since. @throws Problem `not-found`, `state-conflict`
 */
export async function undoPairDecision(ctx: Ctx, id: string): Promise<Output<'undoPairDecision'>> {
  const row = await lockPairDecision(ctx.db, id);
  if (row === null) throw new Problem('not-found', `There is no decision "${id}".`);
  if (row.undone_at !== null) throw new Problem('state-conflict', `${row.undone_by} has taken it back already.`);
  if (row.kind === 'merged') await unmerge(ctx, row);
  await undoPairDecisionRow(ctx.db, id, ctx.actor.label, ctx.now);
  await recordAudit(ctx, {
    verb: 'asset.undo-pair',
    object: `asset/${row.kept}`,
    detail: { decision: id, kind: row.kind },
  });
  return describePairDecision(await findDecision(ctx, id), ctx.now);
}

async function unmerge(ctx: Ctx, { kept, other, before, version_after, decided_at }: PairDecisionRow): Promise<void> {
  if (ctx.now.getTime() - Date.parse(decided_at) > UNDO_MILLISECONDS)
    throw new Problem('state-conflict', 'It was merged more than 30 days ago and stays so.');
  if (!(await reviveAsset(ctx.db, other)))
    throw new Problem('state-conflict', 'The key of the retired record is enrolled under another one by now.');
  if (before !== null && version_after !== null) await editAsset(ctx.db, kept, version_after, before);
  await recordAssetEvent(ctx, kept, 'merged', `${ctx.actor.label} took the merge with ${other} back.`);
  await recordAssetEvent(ctx, other, 'revived', `${ctx.actor.label} took its merge into ${kept} back.`);
  await requestFindings(ctx, [other]);
}

async function findDecision(ctx: Ctx, id: string): Promise<PairDecisionView> {
  const view = await readPairDecision(ctx.db, id);
  if (view === null) throw new Problem('not-found', `There is no decision "${id}".`);
  return view;
}

/** A decision as the API shows it. */
export function describePairDecision(row: PairDecisionView, now: Date): Output<'decidePair'> {
  const until = new Date(Date.parse(row.decided_at) + UNDO_MILLISECONDS);
  const isOpen = row.kind === 'merged' && row.undone_at === null && until > now;
  return {
    id: row.id,
    kind: row.kind,
    kept: { id: row.kept, hostname: row.kept_hostname },
    other: { id: row.other, hostname: row.other_hostname },
    evidence: row.evidence,
    decided_by: row.decided_by,
    decided_at: row.decided_at,
    undone_by: row.undone_by,
    undone_at: row.undone_at,
    undo_until: isOpen ? until.toISOString() : null,
  };
}
