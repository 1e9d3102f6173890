import type { Output } from '@fleetmend/api/client.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NOW } from './test-fixtures.ts';
import { runCli } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({});
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers = {};
  server.received = [];
});

function cli(...args: string[]) {
  return runCli(args, { now: NOW, env: { FLEETMEND_URL: server.origin, FLEETMEND_TOKEN: TOKEN } });
}

const EVIDENCE = {
  source: 'debian',
  advisory: 'CVE-2026-1',
  rule: 'range of CVE-2026-1',
  detail: 'debian bookworm curl 7.88.1-10: < fixed 7.88.1-11',
  as_of: '2026-11-01T00:00:00Z',
};

const TOLD: Output<'listAdvisories'>['data'][number] = {
  feed: 'debian',
  feed_title: 'Debian security tracker',
  id: 'CVE-2026-1',
  summary: 'curl reads\u001b[2J too far',
  aliases: [],
  vulnerabilities: ['CVE-2026-1'],
  severity: 'high',
  is_exploited: false,
  vectors: [],
  references: ['https://curl.example/1'],
  published: '2026-10-01T00:00:00Z',
  modified: null,
  withdrawn: '2026-11-20T00:00:00Z',
  rules: 1,
  page: 'https://www.cve.org/CVERecord?id=CVE-2026-1',
  ingested_at: '2026-11-23T09:00:00Z',
};

const VULNERABILITY = {
  id: 'CVE-2026-1',
  cvss: null,
  epss: { score: 0.94, percentile: 0.99 },
  known_exploited: { date_added: '2026-11-02', due_date: null, is_ransomware: true },
  ssvc: null,
  severity: { word: 'high', source: 'Debian security tracker CVE-2026-1' },
  published: null,
  is_rejected: false,
  page: null,
};

function anAdvisory(change: Partial<Output<'readAdvisory'>> = {}): Output<'readAdvisory'> {
  const reach = { affected: 2, fixable: 1, answered: 0, known: 3, total: 4 };
  const named = { id: 'CVE-2026-1', kind: 'vulnerability' as const };
  return { ...named, told: [TOLD], told_total: 1, vulnerabilities: [VULNERABILITY], reach, ...change };
}

test('advisory show tells what each feed says, and how far it reaches', async () => {
  server.answers.readAdvisory = () => anAdvisory();
  const { out, err, code } = await cli('advisory', 'show', 'CVE-2026-1');
  expect(code).toBe(0);
  expect(out).toContain(
    'Reach\topen on 2, of them 1 with a fix; answered by VEX on 0; 1 has not told what they have; 4 machines in all',
  );
  expect(out).toContain(
    'Known of\tCVE-2026-1: high (Debian security tracker CVE-2026-1), EPSS 0.94, known exploited since 2026-11-02, used by ransomware',
  );
  expect(out).toContain('Says\tdebian: CVE-2026-1 (1 rule, high)\n\tcurl reads\\x1b[2J too far\nWithdrawn\t2026-11-20');
  expect(out).toContain('Refers to\thttps://curl.example/1\n');
  expect(err).toContain('fleetmend advisory hosts CVE-2026-1');
});

test('with --json it is exactly the answer of the API, under either word', async () => {
  server.answers.readAdvisory = () => anAdvisory();
  for (const noun of ['advisory', 'cve'])
    expect(JSON.parse((await cli(noun, 'show', 'CVE-2026-1', '--json')).out)).toEqual(anAdvisory());
});

test('a rejected one says so, and one that nobody knows is 1', async () => {
  const vulnerabilities = [{ ...VULNERABILITY, severity: null, epss: null, known_exploited: null, is_rejected: true }];
  server.answers.readAdvisory = () => anAdvisory({ vulnerabilities });
  expect((await cli('advisory', 'show', 'CVE-2026-1')).out).toContain('rejected by the CVE programme');
  server.answers = {};
  expect((await cli('advisory', 'show', 'CVE-2026-1')).code).toBe(1);
});

test('advisory hosts lists machines with the versions compared; --check ends with 3', async () => {
  const row: Output<'listAdvisoryAssets'>['data'][number] = {
    asset: 'asset_1',
    hostname: 'web-01',
    ecosystem: 'deb',
    package: 'curl',
    source: 'curl',
    installed_version: '7.88.1-10',
    fixed_version: null,
    state: 'will_not_fix',
    vulnerabilities: ['CVE-2026-1'],
    decided_by: null,
    waits_for: null,
    vex: null,
    evidence: [EVIDENCE],
    since: '2026-11-23T11:00:00Z',
  };
  server.answers.listAdvisoryAssets = () => ({ data: [row], next_cursor: null });
  const { out, code } = await cli('advisory', 'hosts', 'CVE-2026-1', '--check');
  expect([code, out]).toEqual([
    3,
    `web-01\tcurl\t7.88.1-10\t\tWill not be fixed\t\tCVE-2026-1\t${EVIDENCE.detail}\t2026-11-23T11:00:00Z\n`,
  ]);
});

const FINDING: Output<'readFinding'> = {
  id: 'fnd_1',
  asset: 'asset_1',
  hostname: 'web-01',
  vulnerability: 'CVE-2026-1',
  ecosystem: 'deb',
  source: 'linux',
  package: 'linux-image-amd64',
  architecture: 'amd64',
  installed_version: '6.1.90-1',
  fixed_version: '6.1.94-1',
  state: 'affected',
  decided_by: 'debian before osv: the publisher of the package knows best',
  waits_for: 'restart: linux-image-6.1.0-22-amd64 has the fix and is installed',
  evidence: [EVIDENCE],
  is_known_exploited: false,
  is_rejected: false,
  epss: null,
  epss_percentile: null,
  cvss: null,
  detected_at: '2026-11-22T12:00:00Z',
  cleared_at: null,
  cleared_because: null,
};

test('finding show says what was compared, who decided and what it waits for', async () => {
  server.answers.readFinding = () => FINDING;
  const { out } = await cli('finding', 'show', 'fnd_1');
  for (const line of [
    'State\tAffected',
    `Waits for\t${FINDING.waits_for}`,
    `Decided by\t${FINDING.decided_by}`,
    `Known from\tdebian: ${EVIDENCE.detail} (range of CVE-2026-1)`,
  ])
    expect(out).toContain(`${line}\n`);
});

test.each<[Partial<Output<'readFinding'>>, string]>([
  [{}, 'Affected'],
  [{ state: 'will_not_fix' }, 'Will not be fixed'],
  [{ is_rejected: true }, 'rejected by the CVE programme'],
  [{ cleared_at: '2026-11-23T11:00:00Z', cleared_because: 'not_affected' }, 'over: VEX says that it is not affected'],
])('finding list of %j says: %s', async (change, words) => {
  server.answers.listFindings = () => ({ data: [{ ...FINDING, ...change }], next_cursor: null });
  expect((await cli('finding', 'list')).out.split('\t')[5]).toBe(words);
});

test.each([
  ['CVE-2026-1', '/advisories/CVE-2026-1'],
  ['RHSA-2026:1234', '/advisories/RHSA-2026%3A1234'],
  ['web-01', '/assets/web-01'],
])('open %s shows %s', async (object, path) => {
  expect((await cli('open', object, '--print')).out).toBe(`${server.origin}${path}\n`);
});
