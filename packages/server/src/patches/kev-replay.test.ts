import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syncFeed } from '../advisories/load-feed.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { readFeedRow } from '../feeds/feed.queries.ts';
import { recomputeFindings } from '../findings/recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from '../findings/test-assets.ts';
import type { Ctx } from '../platform/context.ts';
import { rows } from '../platform/database.ts';
import { describeExplanation } from './describe-patch.ts';
import { patchesJobs } from './patch.jobs.ts';
import { listMoves } from './patch-move.store.ts';
import { readBoard } from './read-board.ts';
import { recordOffers } from './record-offers.ts';

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const OLD = `${data}kev/known_exploited_vulnerabilities-2025-08-25.json.gz`;
const NEW = `${data}kev/known_exploited_vulnerabilities-2026-08-21.json.gz`;
const RELEASES = { stretch: '9', buster: '10', bullseye: '11', bookworm: '12' } as const;

interface Entry {
  cveID: string;
  dateAdded: string;
  knownRansomwareCampaignUse: string;
}
interface Catalogue {
  count: number;
  vulnerabilities: Entry[];
}

const unpack = (path: string) => gunzipSync(readFileSync(path)).toString('utf8');
const parse = (path: string): Catalogue => JSON.parse(unpack(path));

/** What Debian's own advisories say: for each release and package the newest fix, and every CVE that it ends. */
function readFixes(): Map<string, { version: string; cves: Set<string> }> {
  const fixes = new Map<string, { version: string; cves: Set<string> }>();
  for (const line of unpack(`${data}debian/dsa_dla_parsed.ndjson.gz`).trim().split('\n')) {
    const { cves, fixes: fixed } = JSON.parse(line);
    for (const { release, package: name, fixed: version } of fixed) {
      if (!Object.hasOwn(RELEASES, release) || version.startsWith('<')) continue;
      const key = `${release} ${name}`;
      const before = fixes.get(key) ?? { version, cves: new Set<string>() };
      if ((compareIn('deb', version, before.version) ?? 0) > 0) before.version = version;
      for (const cve of cves) before.cves.add(cve);
      fixes.set(key, before);
    }
  }
  for (const [at, cves] of readTriples().entries()) fixes.set(`bookworm app-${at}`, { version: '1.0', cves });
  return fixes;
}

/** Every CVE of the catalogue and as many others, three to a package: some packages then have none, some one, some more. */
function readTriples(): Set<string>[] {
  const listed = parse(NEW).vulnerabilities.map(({ cveID }) => cveID);
  const others = unpack(`${data}epss/epss_scores-2026-08-16.csv.gz`)
    .split('\n')
    .filter((line, at) => line.startsWith('CVE-') && at % 200 === 0)
    .map((line) => line.split(',')[0] ?? '');
  const mixed = [...new Set([...listed, ...others])].sort((a, b) => (a.slice(-2) + a < b.slice(-2) + b ? -1 : 1));
  return Array.from({ length: Math.ceil(mixed.length / 3) }, (_, at) => new Set(mixed.slice(3 * at, 3 * at + 3)));
}

/** Which patches must rise when one catalogue follows another, computed from the files alone. */
function mustRise(fixes: ReturnType<typeof readFixes>, before: Catalogue, after: Catalogue) {
  const index = ({ vulnerabilities }: Catalogue) => new Map(vulnerabilities.map((each) => [each.cveID, each]));
  const [old, now] = [index(before), index(after)];
  const isUsed = (list: ReadonlyMap<string, Entry>, cve: string) =>
    list.get(cve)?.knownRansomwareCampaignUse === 'Known';
  const listed = new Map<string, string[]>();
  const ransomware = new Set<string>();
  for (const [key, { version, cves }] of fixes) {
    const all = [...cves];
    const patch = `${key.split(' ')[1]} ${version}`;
    if (all.some((cve) => now.has(cve)) && !all.some((cve) => old.has(cve)))
      listed.set(patch, all.filter((cve) => now.has(cve)).sort());
    if (all.some((cve) => isUsed(now, cve)) && !all.some((cve) => isUsed(old, cve))) ransomware.add(patch);
  }
  return { listed, ransomware };
}

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext('2026-08-20T00:00:00.000Z');
});
afterAll(() => test_.close());

async function loadKev(path: string, at: string): Promise<void> {
  process.env['FLEETMEND_FEED_KEV'] = path;
  await syncFeed(test_.at(at), 'kev');
  delete process.env['FLEETMEND_FEED_KEV'];
  expect((await readFeedRow(test_.ctx.db, 'kev')).error).toBeNull();
}

/** Does what the server's worker does with the job that a load has asked for. */
async function noteMoves(at: string): Promise<void> {
  const waiting = await rows(
    test_.ctx.db,
    sql<{ id: string }>`SELECT id FROM graphile_worker.jobs WHERE task_identifier = 'patches.note-moves'`,
  );
  expect(waiting).toHaveLength(1);
  await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
  await inTransaction(test_.at(at), (ctx) => patchesJobs['patches.note-moves']?.run(ctx, {}) ?? Promise.resolve());
}

const inTransaction = (ctx: Ctx, work: (ctx: Ctx) => Promise<unknown>) =>
  ctx.db.transaction().execute((db) => work({ ...ctx, db }));

interface Moved {
  name: string;
  patch: string;
  direction: string;
  reasons: string[];
}

async function movesSince(at: string): Promise<Moved[]> {
  return rows(
    test_.ctx.db,
    sql<Moved>`SELECT p.source || ' ' || p.to_version AS name, m.patch, m.direction, m.reasons
      FROM patch_move m JOIN patch p ON p.id = m.patch WHERE m.at >= ${at} ORDER BY m.sequence`,
  );
}

async function explain(patch: string) {
  const board = await readBoard(test_.ctx, async () => new Map());
  const found = board.patches.find(({ id }) => id === patch);
  if (found === undefined) throw new Error(`no patch ${patch}`);
  return describeExplanation(found, board, await listMoves(test_.ctx.db, patch, 10));
}

describe.skipIf(!existsSync(data))('KEV of 2025-08-25, then of 2026-08-21 (skipped without ../shared/data)', () => {
  const fixes = existsSync(data) ? readFixes() : new Map();
  let rising: ReturnType<typeof mustRise>;

  test('four machines lack every fix of Debian’s own advisories and of all that is in KEV, and are known before anything is raised', async () => {
    await loadKev(OLD, '2025-08-26T00:00:00.000Z');
    for (const [release, version_id] of Object.entries(RELEASES)) {
      const own = [...fixes].filter(([key]) => key.startsWith(`${release} `));
      const software = own.map(([key]) => aSoftware(key.split(' ')[1] ?? '', '0~old'));
      const updates = own.map(([, { version, cves }], at) =>
        anUpdate(software[at] ?? aSoftware('', ''), version, { changelog_cves: [...cves] }),
      );
      const os = { id: 'debian', version_id, codename: release, name: `Debian ${version_id}` };
      const asset = await enrol(test_.ctx, release);
      await report(test_.ctx, asset, release, { software, updates, facts: { os } });
      await inTransaction(test_.ctx, async (ctx) => {
        await recomputeFindings(ctx, [asset]);
        await recordOffers(ctx, [asset]);
      });
    }
    await noteMoves('2026-08-20T01:00:00.000Z');
    expect(await movesSince('2000-01-01')).toEqual([]);
    rising = mustRise(fixes, parse(OLD), parse(NEW));
    expect([fixes.size > 500, rising.listed.size > 50, rising.ransomware.size > 10]).toEqual([true, true, true]);
  }, 120_000);

  test('the new catalogue raises exactly the patches that it must, each with the reason', async () => {
    await loadKev(NEW, '2026-08-22T08:00:00.000Z');
    await noteMoves('2026-08-22T08:00:05.000Z');
    const moves = await movesSince('2026-08-22');
    expect(moves.every(({ direction }) => direction === 'raised')).toBe(true);
    const raisedBy = (words: string) =>
      new Set(moves.filter(({ reasons }) => reasons.some((each) => each.includes(words))).map(({ name }) => name));
    expect(new Set(moves.map(({ name }) => name))).toEqual(new Set([...rising.listed.keys(), ...rising.ransomware]));
    const named = moves.map(({ name, reasons }) => {
      const listings = reasons.filter((each) => each.includes('is listed in KEV since'));
      return [name, listings.map((each) => each.split(' ')[0] ?? '').sort()] as const;
    });
    expect(new Map(named.filter(([name]) => rising.listed.has(name)))).toEqual(rising.listed);
    expect(raisedBy('is used by ransomware')).toEqual(rising.ransomware);
    console.info(
      `${fixes.size} patches, ${rising.listed.size} raised by a listing, ${rising.ransomware.size} by ransomware`,
    );
    const { rows: events } = await sql<{ event: string }>`SELECT payload->>'event' AS event
      FROM graphile_worker._private_jobs WHERE payload->>'event' = 'patch.raised'`.execute(test_.ctx.db);
    expect(events).toHaveLength(moves.length);
  }, 120_000);

  test('the explanation names the change: since when by CISA, since when it is known here', async () => {
    const added = parse(NEW).vulnerabilities.find(({ cveID }) => cveID === 'CVE-2021-21311')?.dateAdded;
    const [adminer] = (await movesSince('2026-08-22')).filter(({ name }) => name.startsWith('adminer '));
    const { factors, moves } = await explain(adminer?.patch ?? '');
    expect(factors.find(({ id }) => id === 'known_exploited')).toMatchObject({
      value: `CVE-2021-21311 in KEV since ${added}, known here since 2026-08-22`,
      points: 35,
    });
    expect(moves).toMatchObject([
      {
        at: '2026-08-22T08:00:05.000Z',
        direction: 'raised',
        from_decision: 'track',
        to_decision: 'act',
        reasons: [`CVE-2021-21311 is listed in KEV since ${added}, known here since 2026-08-22`],
      },
    ]);
  });

  test('the same catalogue again moves nothing', async () => {
    await loadKev(NEW, '2026-08-23T00:00:00.000Z');
    await noteMoves('2026-08-23T00:00:05.000Z');
    expect(await movesSince('2026-08-23')).toEqual([]);
  }, 60_000);

  test('a removal lowers, a flag of ransomware raises, and both are told', async () => {
    const catalogue = parse(NEW);
    const vulnerabilities = catalogue.vulnerabilities
      .filter(({ cveID }) => cveID !== 'CVE-2021-21311')
      .map((each) => (each.cveID === 'CVE-2010-3765' ? { ...each, knownRansomwareCampaignUse: 'Known' } : each))
      .map((each) => (each.cveID === 'CVE-2022-0492' ? { ...each, knownRansomwareCampaignUse: 'Known' } : each));
    const path = join(test_.ctx.settings.data_dir, 'kev.json');
    const next = { ...catalogue, count: vulnerabilities.length, vulnerabilities };
    writeFileSync(path, JSON.stringify(next));
    await loadKev(path, '2026-09-01T00:00:00.000Z');
    await noteMoves('2026-09-01T00:00:05.000Z');
    const moves = await movesSince('2026-09-01');
    const { ransomware } = mustRise(fixes, catalogue, next);
    expect(new Set(moves.filter(({ direction }) => direction === 'raised').map(({ name }) => name))).toEqual(
      ransomware,
    );
    expect(ransomware.size).toBeGreaterThan(0);
    const lowered = moves.filter(({ direction }) => direction === 'lowered');
    expect(lowered.map(({ name, reasons }) => [name.split(' ')[0], reasons])).toEqual([
      ['adminer', ['CVE-2021-21311 was taken out of KEV, known here since 2026-09-01']],
    ]);
    const { factors, decision } = await explain(lowered[0]?.patch ?? '');
    expect([decision, factors.find(({ id }) => id === 'known_exploited')?.value]).toEqual([
      'track',
      'no longer in KEV: CVE-2021-21311, known here since 2026-09-01',
    ]);
    const { rows: audited } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM audit_entry
      WHERE verb = 'patch.lower' AND detail->>'reason' LIKE 'CVE-2021-21311 was taken out of KEV%'`.execute(
      test_.ctx.db,
    );
    expect(audited).toEqual([{ n: 1 }]);
  }, 60_000);
});
