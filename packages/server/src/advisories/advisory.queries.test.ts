import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OsvRecord } from '../feeds/sources/osv.ts';
import { readAffected, readVulnerabilities } from './advisory.queries.ts';
import { syncFeed } from './load-feed.ts';
import { osvTable } from './osv.store.ts';
import { openTestContext, type TestContext } from './test-context.ts';

const HIGH = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

function aRecord(more: Partial<OsvRecord>): OsvRecord {
  return {
    id: 'X',
    aliases: [],
    vulnerabilities: [],
    summary: '',
    published: null,
    modified: null,
    withdrawn: null,
    vectors: [],
    severity: null,
    affected: [],
    ...more,
  };
}

function affects(ecosystem: string, name: string, severity: string | null = null) {
  return {
    ecosystem,
    package: name,
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    versions: [],
    severity,
  };
}

describe('what all feeds know of a vulnerability', () => {
  beforeAll(async () => {
    await test_.ctx.db.transaction().execute(async (db) => {
      await osvTable.stage(db);
      await osvTable.insert(
        db,
        [
          aRecord({
            id: 'A',
            vulnerabilities: ['CVE-2026-1001'],
            vectors: [{ type: 'CVSS_V3', vector: LOW }],
            severity: 'low',
            published: '2026-02-01T00:00:00.000Z',
          }),
          aRecord({
            id: 'B',
            vulnerabilities: ['CVE-2026-1001'],
            vectors: [{ type: 'CVSS_V3', vector: HIGH }],
            published: '2026-01-01T00:00:00.000Z',
          }),
          aRecord({
            id: 'C',
            vulnerabilities: ['CVE-2026-1001', 'CVE-2026-1002'],
            vectors: [{ type: 'CVSS_V3', vector: HIGH }],
            severity: 'critical',
          }),
          aRecord({
            id: 'D',
            vulnerabilities: ['CVE-2026-1003'],
            vectors: [{ type: 'CVSS_V3', vector: HIGH }],
            severity: 'high',
            withdrawn: '2026-03-01T00:00:00.000Z',
          }),
          aRecord({
            id: 'E',
            vulnerabilities: ['CVE-2026-1004'],
            affected: [affects('Debian:12', 'curl', 'not yet assigned'), affects('Debian:11', 'curl', 'medium')],
          }),
        ],
        test_.ctx.now,
      );
      await osvTable.countDistinct(db);
      await osvTable.swap(db);
    });
    await sql`INSERT INTO advisory_epss VALUES ('CVE-2026-1001', 0.31016, 0.98105)`.execute(test_.ctx.db);
  });

  test('takes the highest score and the gravest word of advisories about it alone, the earliest publication, and fills nothing in', async () => {
    const facts = await readVulnerabilities(test_.ctx.db, [
      'CVE-2026-1001',
      'CVE-2026-1002',
      'CVE-2026-1003',
      'CVE-2026-1004',
      "'; --",
    ]);
    const nothing = { known_exploited: null, epss: null, cvss: null, severity: null, published: null };
    expect([...facts.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { ...nothing, id: "'; --" },
      {
        id: 'CVE-2026-1001',
        known_exploited: null,
        epss: { score: 0.31016, percentile: 0.98105 },
        cvss: { score: 9.8, vector: HIGH, source: 'OSV B' },
        severity: { word: 'low', source: 'OSV A' },
        published: '2026-01-01T00:00:00.000Z',
      },
      { ...nothing, id: 'CVE-2026-1002' },
      { ...nothing, id: 'CVE-2026-1003' },
      { ...nothing, id: 'CVE-2026-1004', severity: { word: 'medium', source: 'OSV E' } },
    ]);
  });

  test('finds the entries of a package in an ecosystem, and no others', async () => {
    const found = await readAffected(test_.ctx.db, ['Debian:12'], ['curl', 'openssl']);
    expect([...found.keys()]).toEqual(['curl']);
    expect(found.get('curl')?.map(({ advisory, affected }) => [advisory.id, affected.ecosystem])).toEqual([
      ['E', 'Debian:12'],
    ]);
  });
});

test.skipIf(!existsSync(data))(
  'KEV and EPSS of 300 real CVEs are joined as the golden set says (skipped without ../shared/data)',
  async () => {
    process.env['FLEETMEND_FEED_KEV'] = `${data}kev/known_exploited_vulnerabilities-2026-08-21.json.gz`;
    process.env['FLEETMEND_FEED_EPSS'] = `${data}epss/epss_scores-2026-08-16.csv.gz`;
    await syncFeed(test_.ctx, 'kev');
    await syncFeed(test_.ctx, 'epss');
    delete process.env['FLEETMEND_FEED_KEV'];
    delete process.env['FLEETMEND_FEED_EPSS'];
    const golden = readFileSync(`${data}golden/risk-inputs-join/expected.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const facts = await readVulnerabilities(
      test_.ctx.db,
      golden.map(({ cve }) => cve),
    );
    const number = (text: string | null) => (text === null ? undefined : Number(text));
    for (const { cve, kev, kev_date_added, kev_due_date, kev_ransomware, epss, epss_percentile } of golden) {
      const known = facts.get(cve);
      expect([cve, known?.known_exploited !== null, known?.epss?.score, known?.epss?.percentile]).toEqual([
        cve,
        kev,
        number(epss),
        number(epss_percentile),
      ]);
      if (kev)
        expect(known?.known_exploited).toEqual({
          date_added: kev_date_added,
          due_date: kev_due_date,
          is_ransomware: kev_ransomware === 'Known',
        });
    }
    expect(golden).toHaveLength(300);
  },
);
