import { expect, test } from 'vitest';
import { dueDates } from './due-dates.ts';
import { asset, CRITICAL, cvss, exploited, LOCAL, patch, vulnerability } from './test-patches.ts';

const found = (vulnerability: string, asset: string, detected_at: string) => ({ vulnerability, asset, detected_at });

const listed = exploited('CVE-2026-1', {
  known_exploited: { date_added: '2026-03-04', due_date: null, is_ransomware: false },
  cvss: cvss(CRITICAL),
});
const likely = vulnerability('CVE-2026-2', { cvss: cvss(CRITICAL) });
const hardly = vulnerability('CVE-2026-3', { cvss: cvss(LOCAL) });
const [web, inner, box] = [
  asset('web', { exposure: 'internet' }),
  asset('inner', { exposure: 'internal' }),
  asset('box'),
];

test('the clock begins when it was found there and, for what is in KEV, was listed: the later of the two', () => {
  const facts = patch('P-1', {
    vulnerabilities: [listed],
    affected: [web, inner],
    detections: [
      found('CVE-2026-1', 'web', '2026-01-01T10:00:00.000Z'),
      found('CVE-2026-1', 'inner', '2026-05-01T10:00:00.000Z'),
    ],
  });
  expect(dueDates(facts).map(({ hostname, timeline, since, due_at }) => [hostname, timeline, since, due_at])).toEqual([
    ['web', '3_days_forensic', '2026-03-04T00:00:00.000Z', '2026-03-07T00:00:00.000Z'],
    ['inner', '3_days_forensic', '2026-05-01T10:00:00.000Z', '2026-05-04T10:00:00.000Z'],
  ]);
  expect(dueDates(facts)[0]?.text).toBe(
    'BOD 26-04: 3 days + forensic triage, since 2026-03-04T00:00:00.000Z (CVE-2026-1: in KEV since 2026-03-04, exposed to the internet, automatable, total impact)',
  );
});

test('the strictest vulnerability decides on each machine, and only those found there', () => {
  const day = '2026-01-01T00:00:00.000Z';
  const facts = patch('P-1', {
    vulnerabilities: [hardly, likely],
    affected: [web, inner],
    detections: [found('CVE-2026-3', 'web', day), found('CVE-2026-2', 'web', day), found('CVE-2026-3', 'inner', day)],
  });
  expect(
    dueDates(facts).map(({ hostname, vulnerability, timeline, due_at }) => [hostname, vulnerability, timeline, due_at]),
  ).toEqual([
    ['web', 'CVE-2026-2', '3_days', '2026-01-04T00:00:00.000Z'],
    ['inner', 'CVE-2026-3', 'on_upgrade', null],
  ]);
});

test('an exposure that nobody has stated is taken for exposed, and said to be', () => {
  const facts = patch('P-1', {
    vulnerabilities: [likely],
    affected: [box],
    detections: [found('CVE-2026-2', 'box', '2026-01-01T00:00:00.000Z')],
    is_loaded: { kev: false, cve: false },
  });
  expect(dueDates(facts)).toMatchObject([
    {
      timeline: '3_days',
      text: expect.stringContaining('KEV has never been loaded, taken for exposed'),
      assumptions: [
        'whether box is exposed (taken for exposed)',
        'whether CVE-2026-2 is in KEV (taken for not listed)',
      ],
    },
  ]);
});

test('CISA’s own points come before the vector', () => {
  const assessed = {
    ...likely,
    ssvc: { exploitation: 'none', automatable: 'no', technical_impact: 'partial', as_of: null } as const,
  };
  const facts = patch('P-1', {
    vulnerabilities: [assessed],
    affected: [web],
    detections: [found('CVE-2026-2', 'web', '2026-01-01T00:00:00.000Z')],
  });
  expect(dueDates(facts)[0]).toMatchObject({
    timeline: '60_days',
    due_at: '2026-03-02T00:00:00.000Z',
    assumptions: [],
  });
});

test('without a finding there is no date', () => {
  expect(dueDates(patch('P-1', { vulnerabilities: [likely], affected: [web] }))).toEqual([]);
});
