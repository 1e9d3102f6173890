import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import { buildDocument, type DocumentFrame, type PlanAnswer } from '@fleetmend/domain/changes/build-document.ts';
import { assignRings } from '@fleetmend/domain/policies/assign-rings.ts';
import { nextWindows } from '@fleetmend/domain/policies/window.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { listAssetViews } from '../inventory/inventory.queries.ts';
import { type Ctx, emit } from '../platform/context.ts';
import { nextNumber } from '../platform/counter.ts';
import { readOrganization } from '../platform/organization.ts';
import {
  answerPlanRequest,
  type ChangeRow,
  lockChange,
  moveChange,
  type PlanView,
  readOpenPlanRequests,
  readPlans,
  writeDocument,
  writeEnded,
} from './change.store.ts';

/** A change is open to be started for this many of its policy's windows. */
const WINDOWS = 3;

/** Keeps a machine's plan, and makes the document once the last one has answered. An answer nobody waits for changes nothing. */
export async function receivePlan(ctx: Ctx, asset: string, id: string, answer: PlanAnswer): Promise<void> {
  const changeId = await answerPlanRequest(ctx.db, asset, id, answer, ctx.now);
  if (changeId === null) return;
  const change = await lockChange(ctx.db, changeId);
  if (change?.state !== 'planning') return;
  const plans = await readPlans(ctx.db, [change.id]);
  if (plans.some((plan) => plan.answer === null)) return;
  await finishPlan(ctx, change, plans);
}

/** A retired machine answers nothing any more: what waits for its plan is told so at once. */
export async function answerForRetired(ctx: Ctx, asset: string): Promise<void> {
  const open = await readOpenPlanRequests(ctx.db, asset);
  // All changes first, since each answer ends with an entry in the audit log, which must not wait for a change.
  for (const { change } of open) await lockChange(ctx.db, change);
  for (const { id } of open)
    await receivePlan(ctx, asset, id, { outcome: 'impossible', reason: 'this machine has been retired.' });
}

async function finishPlan(ctx: Ctx, change: ChangeRow, plans: readonly PlanView[]): Promise<void> {
  const planned = plans.flatMap(({ asset, hostname, key_id, answer }) =>
    answer === null ? [] : [{ asset, hostname, key: key_id, answer }],
  );
  const frame = await frameDocument(ctx, change, plans);
  const built = 'impossible' in frame ? frame : buildDocument(frame, planned);
  if ('impossible' in built) {
    await moveChange(ctx.db, change, 'plan_failed');
    await writeEnded(ctx.db, change.id, {
      by: 'fleetmend',
      at: ctx.now.toISOString(),
      reason: built.impossible.join('\n'),
    });
    await recordAudit(ctx, {
      verb: 'change.unplannable',
      object: `change/${change.id}`,
      detail: { reasons: built.impossible },
    });
    return;
  }
  const document = canonicalJson(built.document as unknown as Json);
  const digest = documentDigest(document, nodeCryptography);
  const expires_at = built.document.windows.at(-1)?.until ?? built.document.created_at;
  await writeDocument(ctx.db, change.id, { document, digest, expires_at }, ctx.now);
  await moveChange(ctx.db, change, 'planned');
  await recordAudit(ctx, { verb: 'change.plan', object: `change/${change.id}`, detail: { digest } });
  await emit(ctx, 'change.planned', { change: change.id, digest });
}

async function frameDocument(
  ctx: Ctx,
  change: ChangeRow,
  plans: readonly PlanView[],
): Promise<DocumentFrame | { impossible: string[] }> {
  const [organization, current, assets] = [
    await readOrganization(ctx.db),
    await readCurrentRoot(ctx.db),
    await listAssetViews(ctx.db),
  ];
  if (current === null) return { impossible: ['There is no trust root in force.'] };
  const inPlan = new Set(plans.map(({ asset }) => asset));
  const { rings, unassigned } = assignRings(
    change.spec,
    assets.filter(({ id }) => inPlan.has(id)),
  );
  if (unassigned.length > 0)
    return { impossible: unassigned.map((id) => `${id} is in no ring of policy ${change.policy}.`) };
  // A target outside the rings would make every machine refuse the whole document.
  const ringed = new Set(rings.flatMap((ring) => ring.assets));
  const lost = plans.filter(({ asset }) => !ringed.has(asset));
  if (lost.length > 0)
    return {
      impossible: lost.map(
        ({ hostname }) => `${hostname} has been retired, or policy ${change.policy} no longer means it.`,
      ),
    };
  const created_at = ctx.now.toISOString();
  return {
    organization: organization.id,
    change: change.id,
    title: change.title,
    reason: change.reason,
    author: change.author,
    created_at,
    epoch: await nextNumber(ctx.db, 'epoch'),
    root_version: current.root.version,
    policy: { name: change.policy, sha256: change.policy_sha256 },
    quorum: Math.max(change.spec.approvals.quorum, current.root.quorum),
    windows: nextWindows(change.spec.window, created_at, WINDOWS),
    rings,
    gates: change.spec.gates,
    on_gate_fail: change.spec.on_gate_fail,
    reboot: change.spec.reboot,
    accepts_no_rollback: change.accepts_no_rollback,
  };
}
