import type { Output } from '@fleetmend/api/client.ts';
import type { Permission } from '@fleetmend/api/endpoint.ts';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { MachineSummary, TroubledRollout, WaitingChange } from './overview.queries.ts';

type Need = Output<'readOverview'>['needs_me'][number];

/** Who looks, and everything that could wait for them. */
export interface NeedsContext {
  person: string;
  permissions: ReadonlySet<Permission>;
  changes: readonly WaitingChange[];
  rollouts: readonly TroubledRollout[];
  root: TrustRoot | null;
  /** The next trust root and who has signed it. */
  proposal: { root: TrustRoot; signers: readonly string[] } | null;
  machines: MachineSummary;
  /** What is wrong with each feed that is not fresh. */
  feed_problems: readonly string[];
}

/** What waits for this person and for nobody else to do first; deadlines first. */
export function needsMe(context: NeedsContext): Need[] {
  const { permissions } = context;
  const canApprove = permissions.has('changes:approve');
  const canOperate = permissions.has('rollouts:operate');
  const needs = [
    ...(canApprove ? [...changesToSign(context), ...rootToSign(context)] : []),
    ...(canOperate ? [...changesToStart(context), ...troubledRollouts(context)] : []),
    ...(permissions.has('assets:write') ? machines(context) : []),
    ...(permissions.has('feeds:write') ? feeds(context) : []),
  ];
  return needs.sort((a, b) => (a.due_at ?? '\uffff').localeCompare(b.due_at ?? '\uffff', 'en'));
}

/** The author counts only while the root names nobody else: the same rule that hosts keep. */
function changesToSign({ person, changes, root }: NeedsContext): Need[] {
  const isAlone = root?.people.length === 1;
  if (root?.people.some(({ id }) => id === person) !== true) return [];
  return changes
    .filter(
      ({ state, author, signers }) =>
        state === 'in_review' && !signers.includes(person) && (isAlone || author !== person),
    )
    .map(({ id, title, expires_at }) => need('approve', `Approve ${id}: ${title}`, `/changes/${id}`, expires_at));
}

function changesToStart({ changes }: NeedsContext): Need[] {
  return changes
    .filter(({ state }) => state === 'approved')
    .map(({ id, title, expires_at }) => need('start', `Start ${id}: ${title}`, `/changes/${id}`, expires_at));
}

function rootToSign({ person, root, proposal }: NeedsContext): Need[] {
  if (proposal === null || proposal.signers.includes(person)) return [];
  const counts = [root, proposal.root].some((each) => each?.people.some(({ id }) => id === person));
  return counts ? [need('root', `Sign version ${proposal.root.version} of the trust root`, '/settings')] : [];
}

function troubledRollouts({ rollouts }: NeedsContext): Need[] {
  return rollouts.map(({ id, state, reason, total, failed }) =>
    state === 'paused'
      ? need('paused', `${id} is paused: ${reason ?? 'see why'}`, `/rollouts/${id}`)
      : need(
          'failed',
          `${id}: ${failed} of ${total} ${total === 1 ? 'machine' : 'machines'} failed`,
          `/rollouts/${id}`,
        ),
  );
}

function machines({ root, machines: { observing, an_observer, silent, a_silent_one } }: NeedsContext): Need[] {
  const who = (count: number, name: string | null) => (count === 1 ? (name ?? '1 machine') : `${count} machines`);
  return [
    ...(root !== null && observing > 0
      ? [
          need(
            'observing',
            `${who(observing, an_observer)} only ${observing === 1 ? 'observes' : 'observe'}: let ${observing === 1 ? 'it' : 'them'} follow the trust root`,
            '/settings',
          ),
        ]
      : []),
    ...(silent > 0
      ? [
          need(
            'silent',
            `${who(silent, a_silent_one)} ${silent === 1 ? 'has' : 'have'} been silent for more than a day`,
            '/assets?state=unknown',
          ),
        ]
      : []),
  ];
}

function feeds({ feed_problems }: NeedsContext): Need[] {
  const [first] = feed_problems;
  if (first === undefined) return [];
  return [
    need(
      'feeds',
      feed_problems.length === 1 ? first : `${feed_problems.length} feeds are not fresh: ${feed_problems.join('; ')}`,
      '/feeds',
    ),
  ];
}

function need(kind: string, text: string, href: string, due_at: string | null = null): Need {
  return { kind, text, href, due_at };
}
