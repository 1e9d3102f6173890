import { expect, test } from 'vitest';
import type { SsvcPoints } from '../advisories/ssvc-points.ts';
import { unknownVulnerability, type VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import { readExploitation } from './read-points.ts';

const cisa = (exploitation: SsvcPoints['exploitation']) => ({
  ssvc: { exploitation, automatable: null, technical_impact: null, as_of: '2026-01-02T00:00:00Z' },
});
const microsoft = { exploited: { source: 'Microsoft CVE-2026-1', feed: 'msrc' } };
const kev = { known_exploited: { date_added: '2026-03-04', due_date: null, is_ransomware: false } };
const epss = { epss: { score: 0.9, percentile: 0.99 } };

const TABLE: [string, Partial<VulnerabilityFacts>, string, string][] = [
  ['KEV before all', { ...kev, ...microsoft, ...cisa('none') }, 'active', 'CISA KEV since 2026-03-04'],
  [
    'CISA’s own word where it says active',
    { ...microsoft, ...cisa('active') },
    'active',
    'CISA says active exploitation',
  ],
  [
    'the publisher before what CISA did not know',
    { ...microsoft, ...cisa('none') },
    'active',
    'Microsoft CVE-2026-1 says',
  ],
  ['the publisher before EPSS', { ...microsoft, ...epss }, 'active', 'Microsoft CVE-2026-1 says'],
  ['CISA’s "none" before EPSS', { ...cisa('none'), ...epss }, 'none', 'CISA says no exploitation'],
  ['EPSS as an assumption', epss, 'public_poc', 'is assumed'],
  ['nothing as an assumption', {}, 'none', 'not known'],
];

test.each(TABLE)('exploitation: %s', (_, facts, value, because) => {
  const vulnerability = { ...unknownVulnerability('CVE-2026-1'), ...facts };
  const isLoaded = { kev: true, epss: true, cve: true };
  const reading = readExploitation(vulnerability, { poc_from_epss: 0.5 }, isLoaded);
  expect(reading).toMatchObject({ value, because: expect.stringContaining(because) });
  expect(reading.assumption !== null).toBe(because === 'is assumed' || because === 'not known');
});
