import type { Output } from '@fleetmend/api/client.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import type { Ctx } from '../platform/context.ts';
import type { ChangeView } from './change.queries.ts';
import { type ApprovalRow, type PlanView, readApprovals, readPlans } from './change.store.ts';

type Change = Output<'readChange'>;
type Person = Change['can_approve'][number];
type Situation = Pick<Change, 'blocked_by' | 'next_step'>;

/** Changes as the API shows them. */
export async function describeChanges(ctx: Ctx, views: readonly ChangeView[]): Promise<Change[]> {
  const ids = views.map(({ id }) => id);
  const [approvals, plans, current] = [
    await readApprovals(ctx.db, ids),
    await readPlans(ctx.db, ids),
    await readCurrentRoot(ctx.db),
  ];
  return views.map((view) =>
    describe(view, {
      approvals: approvals.filter(({ change }) => change === view.id),
      plans: plans.filter(({ change }) => change === view.id),
      root: current?.root ?? null,
    }),
  );
}

function describe(
  view: ChangeView,
  { approvals, plans, root }: { approvals: ApprovalRow[]; plans: PlanView[]; root: TrustRoot | null },
): Change {
  const document = view.document === null ? null : parseChangeDocument(view.document);
  const quorum = document?.quorum ?? Math.max(view.spec.approvals.quorum, root?.quorum ?? 1);
  const needed = view.state === 'in_review' ? Math.max(0, quorum - approvals.length) : 0;
  const people = view.state === 'in_review' ? canStillApprove(view, approvals, root) : [];
  return {
    id: view.id,
    title: view.title,
    reason: view.reason,
    state: view.state,
    author: { id: view.author, name: view.author_name },
    policy: view.policy,
    patches: view.patches,
    created_at: view.created_at,
    document,
    digest: view.digest,
    canonical: view.document,
    approvals: approvals.map(({ person, name, key, kind, at, is_author }) => ({
      person: { id: person, name },
      key,
      kind,
      at,
      is_author,
    })),
    approvals_needed: needed,
    can_approve: people,
    expires_at: view.expires_at,
    rollout: view.rollout,
    rejected: view.ended,
    ...situation(view, { plans, needed, people }),
  };
}

/** The author counts only while the root names nobody else. */
function canStillApprove(view: ChangeView, approvals: readonly ApprovalRow[], root: TrustRoot | null): Person[] {
  const everyone = root?.people ?? [];
  return everyone
    .filter(({ id }) => everyone.length === 1 || id !== view.author)
    .filter(({ id }) => !approvals.some(({ person }) => person === id))
    .map(({ id, name }) => ({ id, name }));
}

function situation(
  view: ChangeView,
  { plans, needed, people }: { plans: PlanView[]; needed: number; people: Person[] },
): Situation {
  switch (view.state) {
    case 'planning':
      return {
        blocked_by: plans
          .filter(({ answer }) => answer === null)
          .map(({ hostname, last_check_in_at }) => ({
            kind: 'plan' as const,
            text: `${hostname} has not computed its exact plan yet; last heard of ${last_check_in_at ?? 'never'}.`,
            owner: hostname,
            until: null,
          })),
        next_step: 'The machines compute the exact plan at their next check-in.',
      };
    case 'in_review': {
      const names = people.map(({ name }) => name).join(', ');
      const text = `${needed} more ${needed === 1 ? 'person has' : 'people have'} to sign${names === '' ? '; nobody in the trust root can' : ''}.`;
      return {
        blocked_by: [{ kind: 'approval', text, owner: names === '' ? null : names, until: view.expires_at }],
        next_step: `Approve ${view.id}.`,
      };
    }
    case 'approved':
      return { blocked_by: [], next_step: `Start the rollout of ${view.id} before ${view.expires_at ?? ''}.` };
    case 'running':
      return { blocked_by: [], next_step: `Watch rollout ${view.rollout ?? ''}.` };
    case 'unplannable':
      return {
        blocked_by: [{ kind: 'plan', text: view.ended?.reason ?? '', owner: view.author_name, until: null }],
        next_step: 'Resolve the reason, then make a new change.',
      };
    default:
      return { blocked_by: [], next_step: 'Nothing: this change has ended.' };
  }
}
