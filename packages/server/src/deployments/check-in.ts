import type { CheckInRequest, CheckInResponse } from '@fleetmend/api/agent-protocol.ts';
import { phaseSeconds, stateDigest } from '@fleetmend/api/host-state.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { readOpenPlanRequests } from '../changes/change.store.ts';
import { withAsset } from '../inventory/host-request.ts';
import type { Host, Hosts } from '../inventory/hosts.ts';
import type { AssetRow } from '../inventory/inventory.store.ts';
import { prepareReport } from '../inventory/prepare-report.ts';
import type { SoftwareLibrary } from '../inventory/software-library.ts';
import { type HostReport, type TakenReport, takeReports } from '../inventory/take-reports.ts';
import { inBatches } from '../platform/batch.ts';
import type { Ctx } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { readWaiting, type WaitingRow } from './check-in.queries.ts';
import { offerOrders, readWithdrawn } from './deployment.store.ts';
import { observeDeployments } from './observe-deployments.ts';

/** Seconds in which a host may begin an order after it has been handed over. */
const LEASE_SECONDS = 600;
const PER_COMMIT = 128;
const PER_LOOK = 500;

/** What check-ins share: reports that arrive together commit together. */
export interface CheckIns {
  hosts: Hosts;
  library: SoftwareLibrary;
  take(report: HostReport): Promise<TakenReport | null>;
  /** Whether anything waits for a host. */
  look(host: string): Promise<WaitingRow>;
}

type Report = Exclude<CheckInRequest, { state: string }>;

/** Opens what check-ins share, on one database. */
export function openCheckIns({ db }: Services, hosts: Hosts, library: SoftwareLibrary): CheckIns {
  const take = inBatches<HostReport, TakenReport | null>(PER_COMMIT, async (reports) => {
    const taken = await db.transaction().execute((trx) => takeReports({ db: trx, now: new Date() }, reports));
    library.remember(reports.flatMap(({ set }) => (set === null ? [] : [set])));
    return taken;
  });
  return { hosts, library, take, look: inBatches(PER_LOOK, (ids) => readWaiting(db, ids)) };
}

/**
 * A host's check-in. Null where the server holds the state it names and nothing waits for it: then nothing is read or
 * written. What is new is taken; what is stored already, because another asset has brought it, need not be sent.
 */
export async function checkIn(
  ctx: Ctx,
  means: CheckIns,
  host: Host,
  request: CheckInRequest,
): Promise<CheckInResponse | null> {
  if (host.held !== null) {
    means.hosts.seen(host, ctx.now, false);
    return { ...nothing(ctx, host), held: host.held };
  }
  // What happens from here on is news again.
  const { changes } = host;
  const was = 'state' in request ? request.state : request.was;
  if (was !== null && was !== host.state) return { ...nothing(ctx, host), wants: { ...NO_WANTS, state: true } };
  if ('state' in request) {
    means.hosts.seen(host, ctx.now, true);
    const told = (await hasNews(ctx, means, host)) ? await tellNews(ctx, host, { held: [], has_facts: true }) : null;
    host.told = changes;
    return told;
  }
  const held = request.orders ?? [];
  const wants = await takeReport(ctx, means, host, request);
  const isQuiet = held.length === 0 && !isWanting(wants) && !(await hasNews(ctx, means, host));
  const told = isQuiet ? null : await tellNews(ctx, host, { held, has_facts: !wants.inventory && !wants.facts });
  host.told = changes;
  if (told === null) return null;
  return { ...told, wants, come_back_soon: told.come_back_soon || isWanting(wants) };
}

const NO_WANTS = { state: false, inventory: null, updates: false, facts: false };

function isWanting({ state, inventory, updates, facts }: CheckInResponse['wants']): boolean {
  return state || inventory !== null || updates || facts;
}

function nothing({ settings }: Ctx, host: Host): CheckInResponse {
  return {
    wants: NO_WANTS,
    held: null,
    roots: [],
    plans: [],
    orders: [],
    withdrawn: [],
    check_in_seconds: settings.check_in_seconds,
    phase_seconds: phaseSeconds(host.id, settings.check_in_seconds),
    come_back_soon: false,
  };
}

/** Takes what a host says; what it speaks of and has not sent is wanted. */
async function takeReport(ctx: Ctx, means: CheckIns, host: Host, request: Report): Promise<CheckInResponse['wants']> {
  const { now, was } = request;
  if (was === null && now.facts_digest === undefined)
    throw new Problem('invalid', 'A host that says nothing of before has to say all.');
  const report = await prepareReport(ctx, means.library, host, request);
  const taken = await means.take(report);
  if (taken === null) throw new Problem('host-signature-refused', 'This host has been retired.');
  host.roots_held = now.roots_held ?? host.roots_held;
  host.check_in_seconds = now.check_in_seconds ?? host.check_in_seconds;
  host.root_version = taken.said.root_version;
  const { inventory, updates, facts } = taken.wants;
  host.state = inventory || updates || facts ? null : stateOf(host, taken);
  return { state: false, inventory: inventory ? { base: taken.before.inventory_digest } : null, updates, facts };
}

function stateOf({ roots_held, check_in_seconds }: Host, { said }: TakenReport): string | null {
  const { facts_digest } = said;
  return facts_digest === null ? null : stateDigest({ ...said, facts_digest, roots_held, check_in_seconds });
}

/** Whether something has come for a host since it last checked in. */
export async function hasUntold(ctx: Ctx, means: CheckIns, host: Host): Promise<boolean> {
  return host.told !== host.changes && (await hasNews(ctx, means, host));
}

/** Whether something waits for a host: looked up once, and again only after somebody has done something to it. */
async function hasNews({ settings }: Ctx, { look }: CheckIns, host: Host): Promise<boolean> {
  if (host.has_news !== null) return host.has_news;
  const { changes } = host;
  const { has_work, root_version } = await look(host.id);
  const isBehind = root_version > Math.max(host.root_version, host.roots_held);
  const found = has_work || isBehind || host.check_in_seconds !== settings.check_in_seconds;
  if (!found && host.changes === changes) host.has_news = false;
  return found;
}

/** Questions, orders and roots for a host, and what its report means for what it has installed. */
function tellNews(
  ctx: Ctx,
  host: Host,
  { held, has_facts }: { held: readonly string[]; has_facts: boolean },
): Promise<CheckInResponse> {
  return withAsset(ctx, host, async (inside, asset: AssetRow) => {
    if (has_facts && asset.facts !== null) await observeDeployments(inside, asset.id, asset.facts);
    const plans = await readOpenPlanRequests(inside.db, asset.id);
    const orders = await offerOrders(inside.db, asset.id, held, ctx.now);
    const root = await readCurrentRoot(inside.db);
    const isBehind = root !== null && root.root.version > Math.max(host.root_version, host.roots_held);
    return {
      ...nothing(ctx, host),
      roots: isBehind ? root.chain : [],
      plans: plans.map(({ id, packages }) => ({ id, packages })),
      orders: orders.map(({ id, step, attempt, document, signatures }) => ({
        type: 'fleetmend/order/v1',
        id,
        asset: asset.id,
        step,
        attempt,
        document,
        signatures,
        lease_seconds: LEASE_SECONDS,
      })),
      withdrawn: await readWithdrawn(inside.db, asset.id, held),
      come_back_soon: plans.length + orders.length + held.length > 0,
    };
  });
}
