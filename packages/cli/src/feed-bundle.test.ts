import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type BundleManifest, packBundle } from '@fleetmend/api/feed-bundle.ts';
import { signWithSsh } from '@fleetmend/api/make-signature.ts';
import { canonicalJson } from '@fleetmend/domain/canonical-json.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { feeds } from '../../server/src/feeds/registry.ts';
import { startTestServer, type TestServer } from '../../server/test/test-server.ts';
import { type Run, runCli, scratchFolder } from './test-io.ts';

const FIXTURES = fileURLToPath(new URL('../../server/src/feeds/fixtures/', import.meta.url));
const scratch = scratchFolder();
const at = (name: string) => join(scratch.path, name);
/** Has internet; what it knows was brought to it by hand here. */
let connected: TestServer;
/** Has none. */
let apart: TestServer;

beforeAll(async () => {
  for (const id of Object.keys(feeds)) process.env[variable(id)] = 'off';
  [connected, apart] = await Promise.all([startTestServer(), startTestServer()]);
  for (const [server, home] of [
    [connected, 'connected'],
    [apart, 'apart'],
  ] as const) {
    const { data } = await server.admin('listPeople', {});
    const { sign_in_url } = await server.admin('renewSignInLink', { params: { id: data[0]?.id ?? '' } });
    const link = sign_in_url.replace('http://localhost:7600', server.url);
    expect(await runCli(['login'], { env: { XDG_CONFIG_HOME: at(home) }, stdin: link })).toMatchObject({ code: 0 });
  }
  for (const name of ['site', 'stranger'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at(name)]);
  await writeFile(at('keys'), `# who packs bundles\n${await readFile(at('site.pub'), 'utf8')}`);
});
afterAll(async () => {
  await Promise.all([connected.close(), apart.close()]);
  scratch.remove();
  for (const id of Object.keys(feeds)) delete process.env[variable(id)];
});
afterEach(() => {
  delete process.env['FLEETMEND_BUNDLE_KEYS'];
});

function variable(id: string): string {
  return `FLEETMEND_FEED_${id.toUpperCase().replaceAll('-', '_')}`;
}
function cli(home: 'connected' | 'apart', ...args: string[]): Promise<Run> {
  return runCli(args, { env: { XDG_CONFIG_HOME: at(home) } });
}
async function feedOf(server: TestServer, id: string) {
  const { data } = await server.admin('listFeeds', { query: { limit: 1000 } });
  return data.find((each) => each.id === id);
}
async function audited(server: TestServer, verb: string) {
  return (await server.admin('listAudit', { query: { verb } })).data;
}

const epss = (count: number) =>
  Buffer.from(
    `cve,epss,percentile\n${Array.from({ length: count }, (_, i) => `CVE-2026-${10_000 + i},0.5,0.9\n`).join('')}`,
  );
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Making {
  feed?: string;
  content?: Buffer;
  taken_at?: string;
  /** What is packed where it is other than what is stated, and what the manifest says of it. */
  packed?: Record<string, Buffer>;
  stated?: Partial<BundleManifest['feeds'][number]['files'][number]>;
  manifest?: string;
  key?: string;
}

/** Writes a bundle of one feed as somebody might who does not use `feed export`. */
async function make(
  name: string,
  { feed = 'epss', content = epss(120), taken_at, packed, stated, manifest, key }: Making,
): Promise<string> {
  const files = [{ name: 'epss.csv', sha256: sha256(content), bytes: content.length, ...stated }];
  const taken = taken_at ?? new Date().toISOString();
  const all = {
    format: 'fleetmend-feeds/1',
    made_at: taken,
    feeds: [{ feed, source: 'made', taken_at: taken, published_at: null, files }],
  };
  const text = manifest ?? canonicalJson(all);
  const entries: Record<string, Buffer> = { 'manifest.json': Buffer.from(text) };
  if (key !== undefined) {
    const signature = await signWithSsh({
      keyPath: at(key),
      purpose: 'fleetmend-feeds-v1',
      document: canonicalJson(all),
    });
    entries['signature.json'] = Buffer.from(JSON.stringify(signature));
  }
  Object.assign(entries, packed ?? { [`${feed}/epss.csv`]: content });
  const bundle = Object.entries(entries).map(([entry, bytes]) => ({
    name: entry,
    bytes: bytes.length,
    content: Readable.from([bytes]),
  }));
  await pipeline(Readable.from(packBundle(bundle)), createWriteStream(at(name)));
  return at(name);
}

describe('a bundle of feeds', () => {
  test('carries what one server knows to another, exactly and with its age', async () => {
    expect(await cli('connected', 'feed', 'import', join(FIXTURES, 'kev.json'))).toMatchObject({ code: 0 });
    expect(await cli('connected', 'feed', 'import', join(FIXTURES, 'debian.json'))).toMatchObject({ code: 0 });
    expect(await cli('apart', 'feed', 'import', join(FIXTURES, 'endoflife.json'))).toMatchObject({ code: 0 });
    const untouched = await feedOf(apart, 'endoflife');
    const out = at('bundle.tar');
    expect(await cli('connected', 'feed', 'export', '--out', out)).toMatchObject({
      code: 0,
      err: expect.stringContaining('not signed'),
    });
    // Any tar reads it.
    const names = execFileSync('tar', ['-tf', out], { encoding: 'utf8' });
    expect(names).toBe('manifest.json\nkev/upload\ndebian/upload\n');
    expect(execFileSync('tar', ['-xOf', out, 'kev/upload']).equals(await readFile(join(FIXTURES, 'kev.json')))).toBe(
      true,
    );
    expect(await cli('apart', 'feed', 'import', out)).toMatchObject({ code: 0, out: expect.stringMatching(/^kev\t/m) });
    for (const id of ['kev', 'debian']) {
      const [there, here] = [await feedOf(connected, id), await feedOf(apart, id)];
      expect(here).toMatchObject({
        records: there?.records,
        last_success_at: there?.last_success_at,
        published_at: there?.published_at,
      });
    }
    expect(await feedOf(apart, 'endoflife')).toEqual(untouched);
    expect(await feedOf(apart, 'epss')).toMatchObject({ records: 0, last_success_at: null });
    expect((await audited(connected, 'feed.export'))[0]?.detail).toEqual({ feeds: ['kev', 'debian'] });
    expect((await audited(apart, 'feed.import-bundle'))[0]?.detail).toMatchObject({
      feeds: [
        { feed: 'kev', refused: null },
        { feed: 'debian', refused: null },
      ],
    });
    // What came in a bundle goes out in one.
    expect(await cli('apart', 'feed', 'export', 'kev', '--out', at('again.tar'))).toMatchObject({ code: 0 });
    expect(
      execFileSync('tar', ['-xOf', at('again.tar'), 'kev/upload']).equals(await readFile(join(FIXTURES, 'kev.json'))),
    ).toBe(true);
  });

  test('is not taken twice, nor when it is older than what is served', async () => {
    const again = await cli('apart', 'feed', 'import', at('bundle.tar'));
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('is what is served already') });
    const old = await make('old.tar', { feed: 'kev', taken_at: '2020-01-01T00:00:00.000Z' });
    expect(await cli('apart', 'feed', 'import', old)).toMatchObject({
      code: 1,
      out: expect.stringContaining('is older than what is served'),
    });
    expect(await feedOf(apart, 'kev')).toMatchObject({ error: null });
  });

  test('is as old as it was when it was taken, however late it comes', async () => {
    const bundle = await make('late.tar', { taken_at: '2026-01-01T00:00:00.000Z' });
    expect(await cli('apart', 'feed', 'import', bundle)).toMatchObject({ code: 0 });
    expect(await feedOf(apart, 'epss')).toMatchObject({
      state: 'stale',
      records: 120,
      last_success_at: '2026-01-01T00:00:00.000Z',
    });
  });

  test('keeps to the guard against a feed that shrinks', async () => {
    const small = await make('small.tar', { content: epss(100), taken_at: '2026-01-02T00:00:00.000Z' });
    expect(await cli('apart', 'feed', 'import', small)).toMatchObject({
      code: 1,
      out: expect.stringContaining('shrank from 120 to 100'),
    });
    expect(await feedOf(apart, 'epss')).toMatchObject({ state: 'quarantined', records: 120, quarantined_records: 100 });
    expect(await cli('apart', 'feed', 'release', 'epss')).toMatchObject({ code: 0 });
    expect(await cli('apart', 'feed', 'import', small)).toMatchObject({ code: 0 });
    expect(await feedOf(apart, 'epss')).toMatchObject({ records: 100, quarantined_records: null });
  });

  test('of a feed that nobody knows, or from the future, loads what else it holds', async () => {
    const unknown = await make('unknown.tar', { feed: 'nessus' });
    expect(await cli('apart', 'feed', 'import', unknown)).toMatchObject({
      code: 1,
      out: expect.stringContaining('knows no feed "nessus"'),
    });
    const future = await make('future.tar', { taken_at: '2099-01-01T00:00:00.000Z' });
    expect(await cli('apart', 'feed', 'import', future)).toMatchObject({
      code: 1,
      out: expect.stringContaining('taken in the future'),
    });
  });
});

describe('a bundle that is refused as a whole', () => {
  const GOOD = epss(100);

  test.each<[string, Making, RegExp]>([
    [
      'altered',
      { packed: { 'epss/epss.csv': Buffer.from(GOOD.toString().replace('0.5', '0.6')) }, content: GOOD },
      /epss\/epss\.csv is not what the manifest says/,
    ],
    ['without one of its files', { packed: {} }, /lacks epss\/epss\.csv/],
    [
      'with a file that nobody lists',
      { packed: { 'epss/epss.csv': epss(120), 'epss/more.csv': GOOD } },
      /does not list "epss\/more\.csv"/,
    ],
    ['with a name that leads elsewhere', { stated: { name: '../../x' } }, /manifest is not one/],
    ['of a file longer than stated', { stated: { bytes: 10 } }, /larger than 10 bytes/],
    ['too big', { stated: { bytes: 17 * 1024 ** 3 } }, /larger than 17179869184 bytes/],
    ['with a manifest of another kind', { manifest: '{"__proto__":{"feeds":[]}}' }, /manifest is not one/],
  ])('%s', async (name, making, reason) => {
    const before = await feedOf(apart, 'epss');
    const bundle = await make(`${name.replaceAll(' ', '-')}.tar`, making);
    expect(await cli('apart', 'feed', 'import', bundle)).toMatchObject({ code: 1, err: expect.stringMatching(reason) });
    expect(await feedOf(apart, 'epss')).toEqual(before);
    expect((await audited(apart, 'feed.import-bundle'))[0]?.detail).toMatchObject({
      refused: expect.stringMatching(reason),
    });
  });

  test.each([0.3, 0.9])('cut after %d of it', async (part) => {
    const whole = await readFile(await make('whole.tar', {}));
    await writeFile(at('cut.tar'), whole.subarray(0, Math.floor(whole.length * part)));
    expect(await cli('apart', 'feed', 'import', at('cut.tar'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cut short'),
    });
  });

  test('not signed by whom it should be, where that is asked for', async () => {
    process.env['FLEETMEND_BUNDLE_KEYS'] = at('keys');
    const before = await feedOf(apart, 'epss');
    for (const [making, reason] of [
      [{}, /is not signed, and .* asks for a signature/],
      [{ key: 'stranger' }, /signed by none of the keys/],
    ] as const)
      expect(await cli('apart', 'feed', 'import', await make('signed.tar', making))).toMatchObject({
        code: 1,
        err: expect.stringMatching(reason),
      });
    // The signature is over another manifest.
    const other = await readFile(await make('other.tar', { key: 'site', manifest: '{}' }));
    await writeFile(at('other.tar'), other);
    expect(await cli('apart', 'feed', 'import', at('other.tar'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not match the document'),
    });
    expect(await feedOf(apart, 'epss')).toEqual(before);
  });

  test('but not when it is', async () => {
    process.env['FLEETMEND_BUNDLE_KEYS'] = at('keys');
    expect(await cli('connected', 'feed', 'import', join(FIXTURES, 'kev.json'))).toMatchObject({ code: 0 });
    expect(await cli('connected', 'feed', 'export', 'kev', '--out', at('ours.tar'), '--key', at('site'))).toMatchObject(
      { code: 0 },
    );
    const taken = await cli('apart', 'feed', 'import', at('ours.tar'));
    expect(taken).toMatchObject({ code: 0, err: expect.stringContaining('Signed by site') });
  });

  test('by one who may only look', async () => {
    const viewer = await apart.join('Vera', ['viewer']);
    await expect(viewer.call('importFeedBundle', { octets: await readFile(at('ours.tar')) })).rejects.toMatchObject({
      problem: { code: 'permission-missing' },
    });
    expect((await viewer.call('exportFeeds', { body: { feeds: ['kev'] } })).left_out).toEqual([]);
  });
});

test('what cannot be packed is said', async () => {
  expect(await cli('connected', 'feed', 'export', 'nessus', '--out', at('x.tar'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no feed "nessus"'),
  });
  expect(await cli('connected', 'feed', 'export', 'epss', '--out', at('x.tar'))).toMatchObject({
    err: expect.stringContaining('No feed is served'),
  });
  const some = await cli('connected', 'feed', 'export', 'kev', 'epss', '--out', at('x.tar'));
  expect(some).toMatchObject({
    code: 0,
    err: expect.stringContaining('left out: epss, since it has never been loaded'),
  });
});
