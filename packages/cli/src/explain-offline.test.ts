import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, scratchFolder } from './test-io.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

let count = 0;
function file(content: string | Buffer): string {
  count++;
  const path = join(scratch.path, `file-${count}`);
  writeFileSync(path, content);
  return path;
}

const dpkg = (name: string, version: string, source = name) =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: ${source}\nVersion: ${version}\n`;
const STATUS = [dpkg('libssl3', '3.0.1-1', 'openssl'), dpkg('openssl', '3.0.1-1'), dpkg('curl', '7.88-1')].join('\n');
const osv = (id: string, cve: string, name: string, fixed: string) => ({
  id,
  upstream: [cve],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    },
  ],
});
const ADVISORIES = [
  osv('DSA-1', 'CVE-2026-1001', 'openssl', '3.0.2-1'),
  osv('DSA-2', 'CVE-2026-1002', 'openssl', '3.0.10-1'),
  osv('DSA-3', 'CVE-2026-1003', 'curl', '7.88-2'),
  osv('DSA-4', 'CVE-2026-1004', 'curl', '7.88-1'),
];
const OSV = ADVISORIES.map((each) => JSON.stringify(each)).join('\n');
const entry = { cveID: 'CVE-2026-1001', dateAdded: '2026-03-04', knownRansomwareCampaignUse: 'Known' };
const KEV = (more: object = {}) =>
  JSON.stringify(
    { title: 'KEV', catalogVersion: '2026.08.21', count: 1, vulnerabilities: [{ ...entry, ...more }] },
    null,
    1,
  );
const EPSS =
  '#model_version:v1,score_date:2026-08-16\ncve,epss,percentile\nCVE-2026-1003,0.25,0.9\nCVE-1999-0001,0.9,0.9\n';
const CVE = JSON.stringify({
  dataType: 'CVE_RECORD',
  cveMetadata: { cveId: 'CVE-2026-1003', state: 'PUBLISHED' },
  containers: {
    cna: {
      providerMetadata: { shortName: 'curl' },
      metrics: [{ cvssV3_1: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', baseScore: 9.8 } }],
    },
  },
});
const NOW = new Date('2026-11-23T12:00:00.000Z');

async function explain(args: string[], feeds: (string | Buffer)[] = [OSV, KEV(), EPSS, CVE]) {
  return runCli(
    [
      'patch',
      'explain',
      ...args,
      '--inventory',
      file(STATUS),
      '--os',
      'debian:12',
      '--feed',
      ...feeds.map(file),
      '--host',
      'web-01',
    ],
    { now: NOW, env: { XDG_CONFIG_HOME: '/nonexistent' } },
  );
}

describe('patch explain, from files', () => {
  test('needs no server: the updates that advisories ask for, ranked by what is given of their vulnerabilities', async () => {
    const { code, out } = await explain([
      '--json',
      '--exposure',
      'internet',
      '--criticality',
      'high',
      '--data',
      'none',
    ]);
    expect(code).toBe(0);
    const { patches } = JSON.parse(out);
    expect(patches.map(({ title, decision, rank, of }: never) => [title, decision, rank, of])).toEqual([
      ['openssl 3.0.1-1 → 3.0.10-1', 'act', 1, 2],
      ['curl 7.88-1 → 7.88-2', 'attend', 2, 2],
    ]);
    for (const { factors, score } of patches)
      expect(factors.reduce((sum: number, { points }: { points: number }) => sum + points, 0)).toBe(score);
    const [openssl, curl] = patches;
    expect(openssl.factors[0]).toMatchObject({ value: 'CVE-2026-1001 in KEV since 2026-03-04', points: 35 });
    expect(openssl.due).toEqual([
      {
        hostname: 'web-01',
        vulnerability: 'CVE-2026-1001',
        due_at: '2026-11-26T12:00:00.000Z',
        text: expect.stringContaining('BOD 26-04: 3 days + forensic triage, since 2026-11-23T12:00:00.000Z'),
      },
    ]);
    expect(curl.factors.find(({ id }: { id: string }) => id === 'impact')).toMatchObject({
      value: 'CVSS 9.8 CRITICAL (3.1), CVE-2026-1003',
      source: 'CNA curl',
    });
    expect(curl.would_drop_if).toBe('Would drop to TRACK if CVE-2026-1003 were ruled out.');
  });

  test('says what was not given, and takes nothing for granted', async () => {
    const { out } = await explain(['curl', '--json'], [OSV]);
    const [curl] = JSON.parse(out).patches;
    expect(curl.not_known).toContain('CISA Known Exploited Vulnerabilities was not given');
    expect(curl.not_known).toContain('whether web-01 is exposed (taken for exposed)');
    expect(curl.factors[0].value).toBe('not known');
  });

  test('prints one as a table of points, all as a list, and none as nothing', async () => {
    const one = await explain(['curl']);
    expect(one.out).toContain('Likely to be exploited\tEPSS 0.25 (percentile 0.9), CVE-2026-1003\t10\tFIRST EPSS\t\n');
    const all = await explain([]);
    expect(
      all.out
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t')[3]),
    ).toEqual(['openssl 3.0.1-1 → 3.0.10-1', 'curl 7.88-1 → 7.88-2']);
    const none = await explain([], [JSON.stringify(ADVISORIES[3])]);
    expect([none.code, none.out]).toEqual([0, '']);
    expect(none.err).toContain('Nothing');
  });

  test('reads facts in every usual form', async () => {
    const value = async (feeds: (string | Buffer)[]) => {
      const [first] = JSON.parse((await explain(['--json'], feeds)).out).patches;
      return first.factors[0].points;
    };
    expect(await value([gzipSync(KEV()), OSV])).toBe(35);
    expect(await value([JSON.stringify(JSON.parse(KEV())), OSV])).toBe(35);
    expect(await value([`[${CVE},\n${CVE}]`, OSV])).toBe(0);
  });

  test.each<[string, (string | Buffer)[], RegExp]>([
    ['an entry without a date', [OSV, KEV({ dateAdded: undefined })], /"dateAdded" is missing/],
    ['a day that does not exist', [OSV, KEV({ dateAdded: '2026-02-31' })], /"dateAdded" is no date/],
    ['an id that is none', [OSV, KEV({ cveID: '__proto__' })], /"cveID" is no CVE id/],
    ['a flag that is none', [OSV, KEV({ knownRansomwareCampaignUse: 'Perhaps' })], /neither Known nor Unknown/],
    ['a score above 1', [OSV, EPSS.replace('0.25', '1.25')], /not a CVE id, a score and a percentile/],
    ['a CVE record of no state', [OSV, CVE.replace('PUBLISHED', 'RESERVED')], /not a CVE record/],
    ['a catalogue cut short', [OSV, KEV().slice(0, -20)], /is not JSON/],
    ['no feed at all', ['hello'], /no feed that is known/],
  ])('refuses %s: 2', async (_what, feeds, message) => {
    const { code, out, err } = await explain([], feeds);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  test('refuses what it cannot explain', async () => {
    const unknown = await explain(['bash']);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no update of "bash" is needed')]);
    expect((await explain(['--exposure', 'moon'])).code).toBe(2);
    const nothing = await runCli(['patch', 'explain'], { env: { XDG_CONFIG_HOME: '/nonexistent' } });
    expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('--inventory')]);
  });
});
