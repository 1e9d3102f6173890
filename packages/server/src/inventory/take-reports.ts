import type { HostState } from '@fleetmend/api/agent-protocol.ts';
import type { AssetFacts, AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import {
  findUpdateSets,
  insertUpdateSets,
  lockReported,
  type ReportedRow,
  recordAssetEvents,
  writePeriods,
  writeReported,
} from './report.store.ts';
import { requestFindings } from './request-findings.ts';
import { findSets, insertSets } from './software.store.ts';
import type { PreparedSet } from './software-library.ts';

/** What a host says, checked: each digest is that of what came with it. */
export interface HostReport {
  asset: string;
  /** What is new; the rest is as it was reported before. */
  now: { [Field in keyof HostState]?: HostState[Field] | undefined };
  set: PreparedSet | null;
  updates: readonly AvailableUpdate[] | null;
  facts: AssetFacts | null;
}

export interface TakenReport {
  said: Pick<HostState, 'inventory_digest' | 'updates_digest' | 'boot_id' | 'root_version'> & {
    facts_digest: string | null;
  };
  before: ReportedRow;
  /** What it speaks of and has not sent, and nobody else has brought. */
  wants: { inventory: boolean; updates: boolean; facts: boolean };
}

/**
 * Takes the reports of many hosts in the caller's transaction. What is stored already under a digest, because another
 * asset has brought it, is adopted without being sent. Null for a host that has been retired.
 */
export async function takeReports(
  ctx: Pick<Ctx, 'db' | 'now'>,
  reports: readonly HostReport[],
): Promise<(TakenReport | null)[]> {
  const { db, now } = ctx;
  const before = new Map(
    (
      await lockReported(
        db,
        reports.map(({ asset }) => asset),
      )
    ).map((row) => [row.id, row]),
  );
  await storeContents(ctx, reports);
  const [sets, updateSets] = await findStored(ctx, reports);
  const taken = reports.map((report) => {
    const row = before.get(report.asset);
    return row === undefined ? null : judge(report, row, { sets, updateSets });
  });
  const changes = taken.flatMap((each, at) => {
    const report = reports[at];
    return each === null || report === undefined ? [] : [changeOf(each, report)];
  });
  if (changes.length > 0) await writeReported(db, changes, now);
  const moved = taken.filter((each) => each !== null).filter((each) => isNew(each, 'inventory'));
  const periods = moved.map(({ before: { id }, said }) => ({ asset: id, digest: said.inventory_digest ?? '' }));
  if (periods.length > 0) await writePeriods(db, periods, now);
  const events = taken.flatMap((each, at) => describe(each, reports[at]?.set ?? null));
  if (events.length > 0) await recordAssetEvents(db, events, now);
  const stirred = taken.filter((each) => each !== null).filter((each) => PARTS.some((part) => isNew(each, part)));
  if (stirred.length > 0)
    await requestFindings(
      ctx,
      stirred.map(({ before: { id } }) => id),
    );
  // Its first words may be the first ones of a system whose feed is not read yet.
  if (stirred.some((each) => each.before.facts_digest === null && isNew(each, 'facts')))
    await enqueue(ctx, 'inventory.choose-feeds', {}, { key: 'choose-feeds' });
  return taken;
}

type Part = 'inventory' | 'updates' | 'facts';
const PARTS: readonly Part[] = ['inventory', 'updates', 'facts'];

/** Whether a part has come to be another than it was, and is held now. */
function isNew({ said, before, wants }: TakenReport, part: Part): boolean {
  const digest = said[`${part}_digest`];
  return digest !== null && digest !== before[`${part}_digest`] && !wants[part];
}

async function storeContents({ db, now }: Pick<Ctx, 'db' | 'now'>, reports: readonly HostReport[]): Promise<void> {
  const sets = new Map(reports.flatMap(({ set }) => (set === null ? [] : [[set.digest, set]])));
  if (sets.size > 0) await insertSets(db, [...sets.values()], now);
  const updates = new Map(
    reports.flatMap(({ now: { updates_digest: digest }, updates }) =>
      digest === undefined || digest === null || updates === null ? [] : [[digest, { digest, updates }]],
    ),
  );
  if (updates.size > 0) await insertUpdateSets(db, [...updates.values()], now);
}

/** Which of the digests that are spoken of are stored by now: what has just been stored is not looked up. */
async function findStored(
  { db }: Pick<Ctx, 'db'>,
  reports: readonly HostReport[],
): Promise<[Set<string>, Set<string>]> {
  const sets = new Set(reports.flatMap(({ set }) => (set === null ? [] : [set.digest])));
  const updateSets = new Set(
    reports.flatMap(({ now, updates }) => (updates === null ? [] : (now.updates_digest ?? []))),
  );
  const inventories = reports.flatMap(({ now }) => now.inventory_digest ?? []).filter((digest) => !sets.has(digest));
  const updates = reports.flatMap(({ now }) => now.updates_digest ?? []).filter((digest) => !updateSets.has(digest));
  if (inventories.length > 0) for (const digest of await findSets(db, inventories)) sets.add(digest);
  if (updates.length > 0) for (const digest of await findUpdateSets(db, updates)) updateSets.add(digest);
  return [sets, updateSets];
}

function judge(
  { now, facts }: HostReport,
  before: ReportedRow,
  stored: { sets: ReadonlySet<string>; updateSets: ReadonlySet<string> },
): TakenReport {
  const said = {
    inventory_digest: now.inventory_digest === undefined ? before.inventory_digest : now.inventory_digest,
    updates_digest: now.updates_digest === undefined ? before.updates_digest : now.updates_digest,
    facts_digest: now.facts_digest ?? before.facts_digest,
    boot_id: now.boot_id ?? before.boot_id ?? '',
    root_version: now.root_version ?? before.root_version,
  };
  const lacks = (digest: string | null, held: string | null, there: ReadonlySet<string>) =>
    digest !== null && digest !== held && !there.has(digest);
  const wants = {
    inventory: lacks(said.inventory_digest, before.inventory_digest, stored.sets),
    updates: lacks(said.updates_digest, before.updates_digest, stored.updateSets),
    facts: said.facts_digest !== before.facts_digest && facts === null,
  };
  return { said, before, wants };
}

function changeOf({ said, before, wants }: TakenReport, { facts }: HostReport) {
  return {
    asset: before.id,
    inventory_digest: wants.inventory ? null : said.inventory_digest,
    updates_digest: wants.updates ? null : said.updates_digest,
    facts_digest: wants.facts ? null : said.facts_digest,
    facts: wants.facts ? null : facts,
    boot_id: said.boot_id,
    root_version: said.root_version,
  };
}

/** What a report leaves on the timeline of its asset. */
function describe(taken: TakenReport | null, set: PreparedSet | null): { asset: string; kind: string; text: string }[] {
  if (taken === null) return [];
  const { said, before } = taken;
  const asset = before.id;
  const events = [];
  if (isNew(taken, 'inventory')) {
    const size = set === null ? 'a set that was known already' : `a new set of ${set.package_count}`;
    const text =
      before.inventory_digest === null ? `First inventory: ${size} packages.` : `Packages changed to ${size}.`;
    events.push({ asset, kind: 'inventory', text });
  }
  if (before.boot_id !== null && before.boot_id !== said.boot_id)
    events.push({ asset, kind: 'boot', text: 'Restarted.' });
  return events;
}
