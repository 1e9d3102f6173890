import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeFeed } from '../feeds/describe-feed.ts';
import { listFeedFiles, readFeedRow } from '../feeds/feed.queries.ts';
import { keptFolder } from '../feeds/kept-files.ts';
import { syncFeed } from './load-feed.ts';
import { openTestContext, type TestContext } from './test-context.ts';

const CSAF = await readFile(new URL('../feeds/fixtures/redhat.json', import.meta.url));
const OTHER_CSAF = Buffer.from(CSAF.toString().replaceAll('RHSA-2026:', 'RHSA-2027:'));

let test_: TestContext;
let server: Server;
let base: string;
/** What the server has by path; files with an ETag are not sent again. */
let served: Map<string, Buffer | string>;
let asked: string[];

beforeAll(async () => {
  test_ = await openTestContext();
  server = createServer((request, response) => {
    const path = request.url ?? '';
    const body = served.get(path);
    if (body === undefined) return response.writeHead(404).end();
    const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    asked.push(`${path}${isKnown ? ' not again' : ''}`);
    return isKnown ? response.writeHead(304).end() : response.writeHead(200, { etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await test_.close();
});
beforeEach(() => {
  asked = [];
  served = new Map<string, Buffer | string>([
    ['/csaf/archive_latest.txt', 'csaf_1.json\n'],
    ['/csaf/csaf_1.json', CSAF],
    ['/csaf/csaf_1.json.sha256', `${digest(CSAF)}  csaf_1.json\n`],
  ]);
  process.env['FLEETMEND_FEED_REDHAT'] = `${base}/csaf/archive_latest.txt`;
});
afterEach(() => {
  for (const name of ['REDHAT', 'REDHAT_KEYS', 'DEBIAN_DSA']) delete process.env[`FLEETMEND_FEED_${name}`];
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function sync(id: 'redhat' | 'debian-dsa' = 'redhat') {
  await syncFeed(test_.ctx, id);
  return describeFeed(await readFeedRow(test_.ctx.db, id), test_.ctx.now);
}

/** The files that lie in the folder of the data in use, which are those that the database knows. */
async function kept(id: 'redhat' | 'debian-dsa' = 'redhat'): Promise<string[]> {
  const { kept_in } = await readFeedRow(test_.ctx.db, id);
  const folders = await readdir(keptFolder(test_.ctx, id, '.'));
  expect(folders).toEqual([kept_in]);
  const files = await listFeedFiles(test_.ctx.db, id);
  for (const { name, sha256 } of files)
    expect(digest(await readFile(join(keptFolder(test_.ctx, id, kept_in ?? ''), name)))).toBe(sha256);
  return files.map(({ name }) => name);
}

describe('what lies beside a file of a feed', () => {
  test('is fetched with it, through the file that names the newest archive, and kept', async () => {
    expect(await sync()).toMatchObject({ error: null, records: 2 });
    expect(await kept()).toEqual(['csaf_1.json', 'csaf_1.json.sha256']);
    asked = [];
    expect(await sync()).toMatchObject({ error: null, records: 2 });
    expect(asked).toEqual(['/csaf/archive_latest.txt', '/csaf/csaf_1.json not again', '/csaf/csaf_1.json.sha256']);
    expect(await kept()).toEqual(['csaf_1.json', 'csaf_1.json.sha256']);
  });

  test('says that the file is another: it is refused, and the old data serves', async () => {
    await sync();
    served.set('/csaf/csaf_1.json', OTHER_CSAF);
    expect(await sync()).toMatchObject({
      state: 'failed',
      records: 2,
      error: expect.stringMatching(/not what the \.sha256 beside it says/),
    });
    expect(digest(await readFile(join(await folderInUse(), 'csaf_1.json')))).toBe(digest(CSAF));
    served.set('/csaf/csaf_1.json.sha256', digest(OTHER_CSAF));
    expect(await sync()).toMatchObject({ error: null, records: 2 });
    expect(digest(await readFile(join(await folderInUse(), 'csaf_1.json')))).toBe(digest(OTHER_CSAF));
    expect(await kept()).toHaveLength(2);
  });

  async function folderInUse(): Promise<string> {
    return keptFolder(test_.ctx, 'redhat', (await readFeedRow(test_.ctx.db, 'redhat')).kept_in ?? '');
  }

  test('may be missing, where nobody asks for a signature', async () => {
    served.delete('/csaf/csaf_1.json.sha256');
    expect(await sync()).toMatchObject({ error: null, records: 2 });
    expect(await kept()).toEqual(['csaf_1.json']);
  });

  test('is not asked for where a name that is no name of a file stands for the archive', async () => {
    served.set('/csaf/archive_latest.txt', '../../secrets\n');
    expect(await sync()).toMatchObject({ error: expect.stringMatching(/does not name a file beside it/) });
  });
});

describe('a feed that must be signed', () => {
  let signed: (bytes: Buffer) => Promise<string>;
  let signedByOther: (bytes: Buffer) => Promise<string>;

  beforeAll(async () => {
    const signer = async (name: string) => {
      const { privateKey, publicKey } = await generateKey({ userIDs: [{ name }], format: 'armored' });
      const signingKeys = await readPrivateKey({ armoredKey: privateKey });
      const asc = async (binary: Buffer) =>
        String(
          await sign({ message: await createMessage({ binary }), signingKeys, detached: true, format: 'armored' }),
        );
      return { publicKey, asc };
    };
    const [vendor, other] = [await signer('Vendor'), await signer('Somebody else')];
    await writeFile(join(test_.ctx.settings.data_dir, 'vendor.asc'), vendor.publicKey);
    [signed, signedByOther] = [vendor.asc, other.asc];
  });
  beforeEach(() => {
    process.env['FLEETMEND_FEED_REDHAT_KEYS'] = join(test_.ctx.settings.data_dir, 'vendor.asc');
  });

  test('is loaded when it is', async () => {
    served.set('/csaf/csaf_1.json', OTHER_CSAF);
    served.set('/csaf/csaf_1.json.sha256', digest(OTHER_CSAF));
    served.set('/csaf/csaf_1.json.asc', await signed(OTHER_CSAF));
    expect(await sync()).toMatchObject({ error: null, records: 2 });
    expect(await kept()).toEqual(['csaf_1.json', 'csaf_1.json.asc', 'csaf_1.json.sha256']);
  });

  test.each([
    ['unsigned', async () => null, CSAF, /has no signature that can be read/],
    ['signed by somebody else', async () => signedByOther(CSAF), CSAF, /not by one of the keys/],
    ['altered since', async () => signed(OTHER_CSAF), CSAF, /not by one of the keys/],
    ['signed with words', async () => 'signed, the vendor', CSAF, /has no signature that can be read/],
  ])('is refused when it is %s, and the old data serves', async (_, make, body, reason) => {
    const before = await kept();
    const asc = await make();
    served.set('/csaf/csaf_1.json', body);
    if (asc !== null) served.set('/csaf/csaf_1.json.asc', asc);
    expect(await sync()).toMatchObject({ state: 'failed', records: 2, error: expect.stringMatching(reason) });
    expect(await kept()).toEqual(before);
  });
});

describe('a feed of several files', () => {
  const LIST = (id: string) =>
    `[20 Nov 2026] ${id}-1 sample - security update\n\t{CVE-2026-0001}\n\t[bookworm] - sample 1.2\n`;

  test('has only those sent again that have changed, and its newest may be missing', async () => {
    process.env['FLEETMEND_FEED_DEBIAN_DSA'] = `${base}/DSA ${base}/{year:2025}`;
    served.set('/DSA', LIST('DSA-1'));
    served.set('/2025', LIST('DSA-2'));
    expect(await sync('debian-dsa')).toMatchObject({ error: null, records: 2 });
    expect(await kept('debian-dsa')).toEqual(['0000-DSA', '0001-2025']);
    served.set('/DSA', LIST('DSA-3'));
    asked = [];
    expect(await sync('debian-dsa')).toMatchObject({ error: null, records: 2 });
    expect(asked).toEqual(['/DSA', '/2025 not again']);
    expect(await kept('debian-dsa')).toEqual(['0000-DSA', '0001-2025']);
    served.set('/2026', LIST('DSA-4'));
    expect(await sync('debian-dsa')).toMatchObject({ error: null, records: 3 });
    served.delete('/2025');
    expect(await sync('debian-dsa')).toMatchObject({ records: 3, error: expect.stringMatching(/answered 404/) });
  });
});

test('what was being read when a server was ended is taken away by the next load, a day later', async () => {
  const left = keptFolder(test_.ctx, 'redhat', 'load_left');
  await mkdir(left);
  const day = new Date(test_.ctx.now.getTime() - 25 * 60 * 60 * 1000);
  await utimes(left, day, day);
  served.set('/csaf/csaf_1.json', Buffer.from(CSAF.toString().replaceAll('RHSA-2026:', 'RHSA-2028:')));
  served.delete('/csaf/csaf_1.json.sha256');
  expect(await sync()).toMatchObject({ error: null, records: 2 });
  expect(await kept()).toEqual(['csaf_1.json']);
});
