import type { Output } from '@fleetmend/api/client.ts';
import { FRESH_REPORT_SECONDS } from '@fleetmend/domain/kpis/compliance-rate.ts';
import { describeDeed } from '@fleetmend/domain/kpis/describe-deed.ts';
import { proposeRoot } from '../access/propose-root.ts';
import { readRootSignatures } from '../access/trust-root.queries.ts';
import { listEntries } from '../audit/audit.queries.ts';
import { readOpenChanges } from '../changes/change.queries.ts';
import { describeSituations } from '../patches/asset-situation.ts';
import { type Board, readBoard } from '../patches/read-board.ts';
import type { Ctx } from '../platform/context.ts';
import { describeRollout } from '../rollouts/describe-rollout.ts';
import { listRolloutViews } from '../rollouts/rollout.queries.ts';
import { firstRun } from './first-run.ts';
import { needsMe } from './needs-me.ts';
import { listTroubledRollouts, listWaitingChanges, readFirstDeeds, readMachineSummary } from './overview.queries.ts';

type Overview = Output<'readOverview'>;

const SHOWN = { entries: 10, changes: 50, rollouts: 20 };
/** A rollout that ended with failures stays in view for a week. */
const TROUBLE_DAYS = 7;
const OPEN_STATES = ['running', 'paused', 'rolling_back'] as const;

/** Are we safe, are we on time, what needs me: one answer, read in a handful of statements. */
export async function readOverview(ctx: Ctx): Promise<Overview> {
  const before = (seconds: number) => new Date(ctx.now.getTime() - seconds * 1000);
  const person = ctx.actor.kind === 'person' ? ctx.actor.person : '';
  const permissions = ctx.actor.kind === 'person' ? ctx.actor.permissions : new Set<never>();
  const [board, changes, troubled, machines, deeds, trust, rollouts, recent] = await Promise.all([
    readBoard(ctx, readOpenChanges),
    listWaitingChanges(ctx.db, SHOWN.changes),
    listTroubledRollouts(ctx.db, before(TROUBLE_DAYS * 86_400), SHOWN.rollouts),
    readMachineSummary(ctx.db, before(FRESH_REPORT_SECONDS)),
    readFirstDeeds(ctx.db, person),
    readTrust(ctx),
    readOpenRollouts(ctx),
    permissions.has('audit:read') ? readRecent(ctx) : [],
  ]);
  const problems = board.feeds.filter(({ problem }) => problem !== null);
  return {
    as_of: ctx.now.toISOString(),
    needs_me: needsMe({
      person,
      permissions,
      changes,
      rollouts: troubled,
      machines,
      ...trust,
      feed_problems: problems.flatMap(({ problem }) => problem ?? []),
    }),
    exposure: countExposure(board),
    assets: countAssets(ctx, board),
    rollouts,
    recent,
    first_run: firstRun({
      has_machine: machines.reporting > 0,
      has_key: deeds.has_key,
      has_root: trust.root !== null,
      is_followed: machines.following > 0,
      has_change: deeds.has_change,
      has_rollout: deeds.has_rollout,
    }),
    feeds_stale: problems.map(({ title }) => title),
  };
}

async function readTrust(ctx: Ctx) {
  const { current, proposal } = await proposeRoot(ctx.db);
  const root = current?.root ?? null;
  if (proposal === null) return { root, proposal };
  const signers = (await readRootSignatures(ctx.db, proposal.digest)).map(({ person }) => person);
  return { root, proposal: { root: proposal.root, signers } };
}

async function readOpenRollouts(ctx: Ctx): Promise<Overview['rollouts']> {
  const found = await Promise.all(
    OPEN_STATES.map((state) => listRolloutViews(ctx.db, { state, before: null, limit: SHOWN.rollouts })),
  );
  return found
    .flat()
    .sort((a, b) => b.number - a.number)
    .map((view) => describeRollout(view, ctx.now))
    .map(({ id, sentence, state }) => ({ id, sentence, state }));
}

async function readRecent(ctx: Ctx): Promise<Overview['recent']> {
  const entries = await listEntries(ctx.db, { object: null, verb: null, before: null, limit: SHOWN.entries });
  return entries.slice(0, SHOWN.entries).map(({ at, actor, ...deed }) => ({ at, actor, text: describeDeed(deed) }));
}

/** Patches by decision: the very rows that the list of patches shows under each. */
function countExposure({ patches }: Board): Overview['exposure'] {
  const exposure = { act: 0, attend: 0, track_star: 0, track: 0 };
  for (const { ranked } of patches) exposure[ranked.decided.decision]++;
  return exposure;
}

function countAssets(ctx: Ctx, board: Board): Overview['assets'] {
  const counts = { patched: 0, missing: 0, waiting: 0, failed: 0, unknown: 0 };
  const situations = describeSituations(ctx, board);
  for (const { id } of board.assets) counts[situations.get(id)?.state ?? 'unknown']++;
  return { ...counts, total: board.assets.length };
}
