import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeFeed, readFreshness } from '../feeds/describe-feed.ts';
import { listFeedRows } from '../feeds/feed.queries.ts';
import { releaseFeed } from '../feeds/feed.store.ts';
import type { FeedId } from '../feeds/registry.ts';
import { rows } from '../platform/database.ts';
import { takeChangedKeys } from './advisory.store.ts';
import { syncFeed } from './load-feed.ts';
import { openTestContext, type TestContext } from './test-context.ts';
import { zip } from './test-zip.ts';

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
let test_: TestContext;
let folder: string;

beforeAll(async () => {
  test_ = await openTestContext();
  folder = join(test_.ctx.settings.data_dir, 'given');
  await mkdir(folder);
});
afterAll(() => test_.close());
afterEach(async () => {
  for (const id of ['KEV', 'EPSS', 'OSV']) delete process.env[`FLEETMEND_FEED_${id}`];
  await sql`TRUNCATE feed_source, advisory_known_exploited, advisory_epss, advisory, advisory_changed_key CASCADE`.execute(
    test_.ctx.db,
  );
  await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
});

async function load(id: FeedId, source: string, now?: string) {
  process.env[`FLEETMEND_FEED_${id.toUpperCase()}`] = source;
  const ctx = now === undefined ? test_.ctx : test_.at(now);
  await syncFeed(ctx, id);
  return state(id);
}

async function state(id: FeedId) {
  const row = (await listFeedRows(test_.ctx.db)).find((each) => each.id === id);
  if (row === undefined) throw new Error('no such feed');
  return describeFeed(row, test_.ctx.now);
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function count(
  table: 'advisory_known_exploited' | 'advisory_epss' | 'advisory' | 'advisory_rule',
): Promise<number> {
  const [row] = await rows(test_.ctx.db, sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`);
  return row?.n ?? 0;
}

function epssText(count: number, score = 0.5): string {
  const lines = Array.from({ length: count }, (_, index) => `CVE-2026-${10_000 + index},${score},0.9`);
  return ['#model_version:v1,score_date:2026-11-22T00:00:00+0000', 'cve,epss,percentile', ...lines, ''].join('\n');
}

function cveText(): string {
  const cveMetadata = { cveId: 'CVE-2026-10000', state: 'PUBLISHED' };
  return JSON.stringify({ dataType: 'CVE_RECORD', cveMetadata, containers: { cna: {} } });
}

function kevText(count: number, more: object = {}): string {
  const vulnerabilities = Array.from({ length: count }, (_, index) => ({
    cveID: `CVE-2026-${10_000 + index}`,
    vendorProject: 'Vendor',
    product: 'Product',
    vulnerabilityName: 'Name',
    dateAdded: '2026-08-21',
    shortDescription: '',
    requiredAction: 'Apply',
    dueDate: '2026-08-24',
    knownRansomwareCampaignUse: 'Known',
    notes: '',
    ...more,
  }));
  return JSON.stringify({ title: 'KEV', catalogVersion: '2026.08.21', count, vulnerabilities });
}

/** A record of OSV about nothing. */
function osvText(id: string, more: object = {}): string {
  return JSON.stringify({ id, modified: '2026-01-01T00:00:00Z', ...more });
}

/** The same archive with one byte of its first file's data turned over. */
function damaged(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  copy.writeUInt8(copy.readUInt8(38) ^ 0xff, 38);
  return copy;
}

describe.skipIf(!existsSync(data))('the real feeds of ../shared/data (skipped when they are not there)', () => {
  test('KEV loads in full', async () => {
    const started = performance.now();
    const feed = await load('kev', `${data}kev/known_exploited_vulnerabilities-2026-08-21.json.gz`);
    console.info(`KEV: ${feed.records} records in ${Math.round(performance.now() - started)} ms`);
    expect(feed).toMatchObject({ state: 'stale', records: 1674, data_version: '2026.08.21', error: null });
    expect(await count('advisory_known_exploited')).toBe(1674);
    const [row] = await rows(
      test_.ctx.db,
      sql`SELECT date_added::text, due_date::text FROM advisory_known_exploited WHERE cve = 'CVE-2026-73570'`,
    );
    expect(row).toEqual({ date_added: '2026-08-21', due_date: '2026-08-24' });
  });

  test('EPSS loads in full without being held in memory', async () => {
    const path = `${data}epss/epss_scores-2026-08-16.csv.gz`;
    const before = process.memoryUsage().rss;
    const started = performance.now();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const feed = await load('epss', path);
    const first = performance.now() - started;
    clearInterval(watch);
    expect(feed).toMatchObject({ records: 360_142, data_version: '2026-08-16', error: null });
    expect(await count('advisory_epss')).toBe(360_142);
    const again = performance.now();
    await load('epss', path);
    const grown = Math.round((peak - before) / 1024 ** 2);
    console.info(
      `EPSS: 360142 rows in ${Math.round(first)} ms, again in ${Math.round(performance.now() - again)} ms, memory grew by ${grown} MB`,
    );
    expect(grown).toBeLessThan(250);
    const [row] = await rows(
      test_.ctx.db,
      sql`SELECT score, percentile FROM advisory_epss WHERE cve = 'CVE-1999-0002'`,
    );
    expect(row).toEqual({ score: 0.27858, percentile: 0.97929 });
  });

  // 5,680 records, 43 of which are there twice.
  test('OSV records load with their packages and vulnerabilities', async () => {
    const started = performance.now();
    const feed = await load('osv', `${data}advisories/almalinux_osv.ndjson.gz`);
    console.info(
      `OSV (AlmaLinux): ${feed.records} records, ${await count('advisory_rule')} entries in ${Math.round(performance.now() - started)} ms`,
    );
    expect(feed).toMatchObject({ records: 5637, error: null });
    const [row] = await rows(
      test_.ctx.db,
      sql<{ vulnerabilities: string[] }>`SELECT vulnerabilities FROM advisory WHERE id = 'ALSA-2025:10073'`,
    );
    expect(row?.vulnerabilities).toContain('CVE-2025-6430');
    expect(await count('advisory_rule')).toBe(69_160);
  });
});

describe('a bad feed leaves the old data serving and says why', () => {
  const scores = () =>
    rows(test_.ctx.db, sql<{ cve: string; score: number }>`SELECT cve, score FROM advisory_epss ORDER BY cve`);
  const whole = gzipSync(epssText(2000, 0.25));
  const deep = `${'['.repeat(1_000_000)}`;

  test.each<[string, FeedId, () => string | Buffer, RegExp]>([
    ['a truncated gzip', 'epss', () => whole.subarray(0, whole.length - 20), /cut short/],
    [
      'a damaged gzip',
      'epss',
      () => Buffer.concat([whole.subarray(0, 30), Buffer.from('not gzip at all'), whole.subarray(45)]),
      /damaged|cut short|not a CVE/,
    ],
    ['a bomb', 'epss', () => gzipSync(Buffer.alloc(200 * 1024 ** 2, 0x20)), /bomb|longer than/],
    ['a bomb in zstd', 'epss', () => zstdCompressSync(Buffer.alloc(200 * 1024 ** 2, 0x20)), /bomb|longer than/],
    [
      'JSON of a million keys',
      'kev',
      () => `{"vulnerabilities":[{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join()}}]}`,
      /more than 50000 members/,
    ],
    ['a catalogue behind __proto__', 'kev', () => `{"__proto__":${kevText(2000)}}`, /no record/],
    ['a feed that shrank', 'epss', () => epssText(1800), /shrank from 2000 to 1800/],
    ['a feed that swelled', 'epss', () => epssText(3100), /grew from 2000 to 3100/],
    ['an empty file', 'epss', () => '', /empty/],
    ['a header and nothing else', 'epss', () => 'cve,epss,percentile\n', /no record/],
    ['another kind of file', 'epss', () => '<html>captive portal</html>', /does not begin as an EPSS file/],
    ['a score above 1', 'epss', () => `${epssText(2000)}CVE-2026-1,1.5,0.5\n`, /not a CVE id/],
    ['a word for a score', 'epss', () => `${epssText(2000)}CVE-2026-1,NaN,0.5\n`, /not a CVE id/],
    ['a CVE named twice', 'epss', () => `${epssText(2000)}CVE-2026-10000,0.1,0.5\n`, /twice/],
    ['an endless line', 'epss', () => 'x'.repeat(1_000_000), /longer than/],
    ['what is not text', 'epss', () => Buffer.from([0xff, 0xfe, 0xff, 0x0a]), /UTF-8/],
    ['truncated JSON', 'kev', () => kevText(2000).slice(0, -1000), /not JSON/],
    ['malformed JSON', 'kev', () => kevText(2000).replace('"product"', 'product'), /not JSON/],
    ['two documents', 'kev', () => kevText(2000) + kevText(1), /not JSON/],
    ['JSON 1,000,000 levels deep', 'kev', () => deep, /deeper than 64/],
    ['a text of 5 MB', 'kev', () => kevText(1, { notes: 'x'.repeat(5 * 1024 ** 2) }), /longer than/],
    [
      'a record of 70 MB',
      'kev',
      () =>
        `{"vulnerabilities":[{${Array.from({ length: 72 }, (_, index) => `"k${index}":"${'x'.repeat(1000 * 1024)}"`).join()}}]}`,
      /One record is larger/,
    ],
    ['a wrong count', 'kev', () => kevText(2000).replace('"count":2000', '"count":1999'), /says that it holds 1999/],
    ['an entry that is not one', 'kev', () => kevText(2000, { cveID: "CVE-1'; DROP TABLE x" }), /schema/],
    ['a NUL in a text', 'kev', () => kevText(2000, { product: 'a\u0000b' }), /cannot be stored/],
    ['half a character', 'kev', () => kevText(2000, { product: '\ud800' }), /cannot be stored/],
    [
      'bytes that are not UTF-8',
      'kev',
      () => Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0x80]), Buffer.from('"}')]),
      /not JSON/,
    ],
    ['a date that is not one', 'kev', () => kevText(2000, { dateAdded: '2026-13-45' }), /schema/],
    ['no list at all', 'kev', () => '{"vulnerabilities": 5}', /no record/],
    ['a zip cut short', 'osv', () => Buffer.from('PK\u0003\u0004zip'), /cut short/],
    ['a zip without feeds', 'osv', () => zip({ 'README.md': 'x' }), /holds no .json/],
    ['a zip bomb', 'osv', () => zip({ 'a.json': Buffer.alloc(50 * 1024 ** 2, 0x20) }), /bomb/],
    ['a zip that was truncated', 'osv', () => zip({ 'a.json': osvText('DSA-1') }).subarray(0, -30), /cut short/],
    ['a damaged zip', 'osv', () => damaged(zip({ 'a.json': osvText('DSA-1') })), /damaged|not JSON/],
    ['a record without an id', 'osv', () => '{"modified":"2026-01-01T00:00:00Z"}', /of no form that this feed has/],
    [
      'a CVE record of another format',
      'cve',
      () => '{"dataType":"CVE","CVE_data_meta":{"ID":"CVE-2026-1"}}',
      /not a CVE record/,
    ],
    ['one CVE twice', 'cve', () => `${cveText()}\n${cveText()}`, /twice/],
    ['products without releases', 'endoflife', () => '{"debian":12}', /endoflife.date/],
    ['a missing file', 'kev', () => '', /Cannot read/],
  ])('%s', async (name, id, content, reason) => {
    const endoflife = '{"debian":{"releases":{"12":{"name":"12","eol":"2026-06-10"}}}}';
    const texts = { epss: epssText(2000), kev: kevText(2000), osv: osvText('DSA-1'), cve: cveText(), endoflife };
    const old = new Map<string, string>(Object.entries(texts)).get(id) ?? '';
    const good = await load(id, await file('feed', old), '2026-11-23T10:00:00.000Z');
    expect(good.error).toBeNull();
    const before = await scores();
    const path = await file('feed', content());
    const started = performance.now();
    const feed = await load(id, name === 'a missing file' ? `${path}-gone` : path);
    expect(feed.error).toMatch(reason);
    const state = /shrank|swelled/.test(name) ? 'quarantined' : 'failed';
    expect(feed).toMatchObject({ state, records: good.records, last_success_at: good.last_success_at });
    expect(feed.last_attempt_at).toBe('2026-11-23T12:00:00.000Z');
    expect(await scores()).toEqual(before);
    expect(await count('advisory_known_exploited')).toBe(id === 'kev' ? 2000 : 0);
    expect(await count('advisory')).toBe(id === 'osv' ? 1 : 0);
    const limit = name === 'a bomb' || name.startsWith('JSON') ? 500 : 3000;
    expect(performance.now() - started).toBeLessThan(limit);
  });
});

describe('a feed that shrank or swelled beyond belief', () => {
  const release = async () => test_.ctx.db.transaction().execute((db) => releaseFeed(db, 'epss'));

  test('is quarantined with both counts, and a person lets it through once', async () => {
    const path = await file('epss.csv', epssText(2000));
    await load('epss', path);
    expect(await release()).toBeNull();
    await file('epss.csv', epssText(1000));
    const held = { state: 'quarantined', records: 2000, quarantined_records: 1000 };
    expect(await load('epss', path)).toMatchObject({ ...held, is_released: false });
    expect(await release()).toEqual({ records: 2000, released_records: 1000 });
    expect(await state('epss')).toMatchObject({ ...held, is_released: true });
    await file('epss.csv', epssText(1010));
    const through = { state: 'fresh', records: 1010, quarantined_records: null, is_released: false, error: null };
    expect(await load('epss', path)).toMatchObject(through);
    await file('epss.csv', epssText(2000));
    expect(await load('epss', path)).toMatchObject({ state: 'quarantined', records: 1010 });
  });

  test('is held back anew when it leaps again before the release was used; another failure leaves it as it is', async () => {
    const path = await file('epss.csv', epssText(2000));
    await load('epss', path);
    await file('epss.csv', epssText(1000));
    await load('epss', path);
    await release();
    await file('epss.csv', 'not a feed');
    expect(await load('epss', path)).toMatchObject({
      state: 'quarantined',
      quarantined_records: 1000,
      is_released: true,
    });
    await file('epss.csv', epssText(200));
    const again = { state: 'quarantined', records: 2000, quarantined_records: 200, is_released: false };
    expect(await load('epss', path)).toMatchObject(again);
    expect(await count('advisory_epss')).toBe(2000);
  });
});

describe('a good feed', () => {
  test('is stale when its publisher has fallen asleep, however often it is fetched', async () => {
    const feed = await load(
      'kev',
      await file('kev.json', kevText(3, {}).replace('"title"', '"dateReleased":"2026-11-01T10:00:00.5Z","title"')),
    );
    expect(feed).toMatchObject({
      state: 'stale',
      published_at: '2026-11-01T10:00:00.500Z',
      last_success_at: '2026-11-23T12:00:00.000Z',
    });
    const [kev] = await readFreshness(test_.ctx);
    expect(kev?.as_of).toBe('2026-11-01T10:00:00.500Z');
    expect(kev?.problem).toBe('CISA Known Exploited Vulnerabilities was published 529 hours ago (limit 336)');
  });

  test('is replaced as one, and what stays keeps the time when we learned of it', async () => {
    await load('kev', await file('kev.json', kevText(120)), '2026-11-01T00:00:00.000Z');
    const feed = await load('kev', await file('kev.json', kevText(121, { knownRansomwareCampaignUse: 'Unknown' })));
    expect(feed).toMatchObject({ state: 'fresh', records: 121 });
    const found = await rows(
      test_.ctx.db,
      sql<{
        ingested_at: string;
        n: number;
        ransomware: number;
      }>`SELECT ingested_at, count(*) AS n, count(*) FILTER (WHERE is_ransomware) AS ransomware
        FROM advisory_known_exploited GROUP BY 1 ORDER BY 1`,
    );
    expect(found).toEqual([
      { ingested_at: '2026-11-01T00:00:00.000Z', n: 120, ransomware: 0 },
      { ingested_at: '2026-11-23T12:00:00.000Z', n: 1, ransomware: 0 },
    ]);
  });

  test('of advisories leaves what did not change, and says which packages did', async () => {
    const about = (name: string, fixed: string) => ({
      affected: [{ package: { ecosystem: 'PyPI', name }, ranges: [{ type: 'ECOSYSTEM', events: [{ fixed }] }] }],
    });
    const rules = () =>
      rows(test_.ctx.db, sql<{ id: number }>`SELECT id, advisory, package FROM advisory_rule ORDER BY id`);
    const changed = async () =>
      (await takeChangedKeys(test_.ctx.db)).map((each) => `${each.platform} ${each.package}`).sort();
    const first = [osvText('A', about('Foo_Bar', '1')), osvText('B', about('b', '1')), osvText('C', about('c', '1'))];
    await load('osv', await file('first.ndjson', first.join('\n')));
    expect(await changed()).toEqual(['pypi b', 'pypi c', 'pypi foo-bar']);
    const before = await rules();
    await load('osv', await file('first.ndjson', first.toReversed().join('\n')));
    expect(await changed()).toEqual([]);
    expect(await rules()).toEqual(before);
    const second = [osvText('A', about('Foo_Bar', '1')), osvText('B', about('b2', '1')), osvText('D', about('d', '1'))];
    await load('osv', await file('second.ndjson', second.join('\n')));
    expect(await changed()).toEqual(['pypi b', 'pypi b2', 'pypi c', 'pypi d']);
    expect((await rules())[0]).toEqual(before[0]);
  });

  test('is loaded by one at a time; whoever comes second leaves it alone', async () => {
    const path = await file('epss.csv', epssText(20_000));
    await Promise.all([load('epss', path), load('epss', path), load('epss', path)]);
    expect(await state('epss')).toMatchObject({ state: 'fresh', records: 20_000, error: null });
    expect(await count('advisory_epss')).toBe(20_000);
  });

  test('may be a folder, or another place of another size', async () => {
    await load('osv', await file('one.json', osvText('DSA-1', { aliases: ['CVE-2026-1'] })));
    expect(await count('advisory')).toBe(1);
    const many = join(folder, 'many');
    await mkdir(join(many, 'deeper'), { recursive: true });
    await writeFile(join(many, 'a.json'), osvText('DSA-2'));
    await writeFile(join(many, 'b.ndjson'), `${osvText('DSA-3')}\n${osvText('DSA-4')}\n`);
    await writeFile(join(many, 'deeper', 'c.json.gz'), gzipSync(`[${osvText('DSA-5')},${osvText('DSA-6')}]`));
    await writeFile(join(many, 'README.md'), 'not a feed');
    const feed = await load('osv', many);
    expect(feed).toMatchObject({ error: null, records: 5 });
    const found = await rows(test_.ctx.db, sql<{ id: string }>`SELECT id FROM advisory ORDER BY id`);
    expect(found.map(({ id }) => id)).toEqual(['DSA-2', 'DSA-3', 'DSA-4', 'DSA-5', 'DSA-6']);
  });

  test('may be a zip archive, of more files than 65,535', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3 }, (_, index) => [`DSA-${index}.json`, osvText(`DSA-${index}`)]),
    );
    expect(await load('osv', await file('all.zip', zip(files)))).toMatchObject({ error: null, records: 3 });
    expect(
      await load('osv', await file('all64.zip', zip({ ...files, 'deeper/x.json': osvText('DSA-9') }, true))),
    ).toMatchObject({ error: null, records: 4 });
  });

  test('with prototype keys is harmless', async () => {
    const poisoned =
      '{"id":"DSA-1","modified":"2026-01-01T00:00:00Z","__proto__":{"withdrawn":"2026-01-01T00:00:00Z","polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    expect(await load('osv', await file('proto.json', poisoned))).toMatchObject({ error: null, records: 1 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await rows(test_.ctx.db, sql`SELECT withdrawn FROM advisory`)).toEqual([{ withdrawn: null }]);
  });

  test('keeps its ranges, listed versions, severity and vectors', async () => {
    const record = {
      id: 'DEBIAN-CVE-2026-7000',
      modified: '2026-08-01T00:00:00Z',
      related: ['CVE-2026-8000'],
      severity: [
        { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
        { type: 'CVSS_V2', score: 'AV:N' },
        { type: 'Ubuntu', score: 'High' },
      ],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'openssl' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.1' }] }],
          versions: ['1.0'],
          ecosystem_specific: { urgency: 'not yet assigned' },
        },
        { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] },
      ],
    };
    await load('osv', await file('full.json', JSON.stringify(record)));
    expect(
      await rows(test_.ctx.db, sql`SELECT vulnerabilities, vectors->0->>'vector' AS vector, severity FROM advisory`),
    ).toEqual([{ vulnerabilities: ['CVE-2026-7000'], vector: record.severity[0]?.score, severity: 'high' }]);
    expect(
      await rows(
        test_.ctx.db,
        sql`SELECT ecosystem, platform, package, names, ranges, versions, severity FROM advisory_rule`,
      ),
    ).toEqual([
      {
        ecosystem: 'Debian:12',
        platform: 'debian:12',
        package: 'openssl',
        names: 'source',
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.1' }] }],
        versions: ['1.0'],
        severity: 'not yet assigned',
      },
    ]);
  });
});

describe('a feed from an address', () => {
  let server: Server;
  let base: string;
  let answer: (headers: Record<string, string | undefined>) => {
    status: number;
    headers?: Record<string, string>;
    body?: string;
  };
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers['if-none-match']);
      const { status, headers = {}, body = '' } = answer(request.headers as Record<string, string | undefined>);
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is asked for only once as long as it does not change', async () => {
    answer = (headers) =>
      headers['if-none-match'] === '"v1"'
        ? { status: 304 }
        : { status: 200, headers: { etag: '"v1"' }, body: epssText(150) };
    expect(await load('epss', base, '2026-11-23T10:00:00.000Z')).toMatchObject({ records: 150, error: null });
    expect(await load('epss', base)).toMatchObject({
      records: 150,
      state: 'fresh',
      last_success_at: '2026-11-23T12:00:00.000Z',
    });
    expect(asked).toEqual([undefined, '"v1"']);
  });

  test('is as old as its server says that the file is, where nothing in it says so', async () => {
    const ofDay = (day: number) => new Date(Date.UTC(2026, 10, day)).toUTCString();
    const body = osvText('DSA-1');
    for (const [day, state] of [
      [20, 'fresh'],
      [1, 'stale'],
    ] as const) {
      answer = () => ({ status: 200, headers: { 'last-modified': ofDay(day) }, body });
      expect(await load('osv', `${base}/${day}`)).toMatchObject({
        state,
        published_at: new Date(ofDay(day)).toISOString(),
      });
    }
    answer = () => ({ status: 200, body });
    expect(await load('osv', `${base}/undated`)).toMatchObject({ state: 'fresh', published_at: null });
    expect((await readFreshness(test_.ctx)).find(({ id }) => id === 'osv')?.as_of).toBe('2026-11-23T12:00:00.000Z');
  });

  test('that answers with an error, or not at all, is a quiet state', async () => {
    answer = () => ({ status: 503 });
    expect((await load('epss', base)).error).toMatch(/answered 503/);
    expect((await load('epss', 'http://127.0.0.1:1/x')).error).toMatch(/Could not reach 127.0.0.1:1/);
    expect((await load('kev', 'https://feeds.invalid/x')).error).toMatch(/Could not reach feeds.invalid/);
    answer = () => ({ status: 302, headers: { location: `${base}/again` } });
    expect((await load('epss', base)).error).toMatch(/redirects more than/);
    const events = await rows(
      test_.ctx.db,
      sql`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'platform.event'`,
    );
    expect(events).toEqual([]);
  });
});
