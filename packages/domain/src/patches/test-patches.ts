import fc from 'fast-check';
import { chooseCvss, readCvssStatement } from '../advisories/choose-cvss.ts';
import { unknownVulnerability, type VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import { CRITICALITIES, EXPOSURES, SENSITIVITIES } from '../inventory/asset.ts';
import type { AffectedAsset, PatchFacts } from './patch-facts.ts';

export const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
export const LOCAL = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';

/** The score of a vector as if OSV had brought it. */
export function cvss(vector: string) {
  const statement = readCvssStatement({
    vector,
    published_score: null,
    source: 'OSV',
    authority: 'distributor',
    feed: 'osv',
  });
  return chooseCvss(statement === null ? [] : [statement]);
}

export function vulnerability(id: string, more: Partial<VulnerabilityFacts> = {}): VulnerabilityFacts {
  return { ...unknownVulnerability(id), ...more };
}

export function exploited(id: string, more: Partial<VulnerabilityFacts> = {}): VulnerabilityFacts {
  return vulnerability(id, {
    known_exploited: { date_added: '2026-08-21', due_date: null, is_ransomware: false },
    ...more,
  });
}

export function asset(id: string, worth: Partial<AffectedAsset['worth']> = {}): AffectedAsset {
  return { id, hostname: id, worth: { criticality: null, data_sensitivity: null, exposure: null, ...worth } };
}

export function patch(id: string, more: Partial<PatchFacts> = {}): PatchFacts {
  return {
    id,
    source: id,
    to_version: '1.1',
    is_security: true,
    vulnerabilities: [],
    ruled_out: [],
    affected: [asset('web-01')],
    detections: [],
    counts: { total: 1, unknown: 0 },
    reboot_package: null,
    first_seen_at: '2026-11-01T00:00:00.000Z',
    inventory_as_of: null,
    is_loaded: { kev: true, cve: true },
    ...more,
  };
}

export const anyVulnerability: fc.Arbitrary<VulnerabilityFacts> = fc
  .record({
    id: fc.integer({ min: 1000, max: 1020 }).map((number) => `CVE-2026-${number}`),
    known_exploited: fc.option(
      fc.record({ date_added: fc.constant('2026-01-01'), due_date: fc.constant(null), is_ransomware: fc.boolean() }),
    ),
    epss: fc.option(fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), percentile: fc.constant(0.5) })),
    cvss: fc.option(fc.constantFrom(cvss(CRITICAL), cvss(LOCAL))),
    ssvc: fc.option(
      fc.record({
        exploitation: fc.option(fc.constantFrom('none', 'public_poc', 'active')),
        automatable: fc.option(fc.constantFrom('no', 'yes')),
        technical_impact: fc.option(fc.constantFrom('partial', 'total')),
        as_of: fc.constant(null),
      }),
    ),
    severity: fc.option(
      fc.record({
        word: fc.constantFrom('low', 'high', 'not yet assigned', '__proto__', 'constructor'),
        source: fc.constant('Ubuntu'),
        feed: fc.constant('osv'),
      }),
    ),
  })
  .map(({ id, ...more }) => vulnerability(id, more));

export const anyAsset: fc.Arbitrary<AffectedAsset> = fc.record({
  id: fc.uuid(),
  hostname: fc.constant('host'),
  worth: fc.record({
    criticality: fc.option(fc.constantFrom(...CRITICALITIES)),
    data_sensitivity: fc.option(fc.constantFrom(...SENSITIVITIES)),
    exposure: fc.option(fc.constantFrom(...EXPOSURES)),
  }),
});

/** Any patch; each of its vulnerabilities is on any of its assets. */
export const anyPatch: fc.Arbitrary<PatchFacts> = fc
  .record({
    id: fc.uuid(),
    source: fc.constantFrom('a', 'b'),
    to_version: fc.constantFrom('1', '2'),
    is_security: fc.boolean(),
    vulnerabilities: fc.uniqueArray(anyVulnerability, { maxLength: 4, selector: ({ id }) => id }),
    affected: fc.array(anyAsset, { maxLength: 4 }),
    places: fc.array(fc.nat(15), { maxLength: 8 }),
    more: fc.nat(5),
    reboot_package: fc.option(fc.constant('linux-image-amd64')),
    first_seen_at: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
  })
  .map(({ more, places, ...facts }) => ({
    ...patch(facts.id, facts),
    detections: places.flatMap((place) => {
      const [on, of] = [facts.affected[place % 4], facts.vulnerabilities[Math.floor(place / 4)]];
      if (on === undefined || of === undefined) return [];
      return [{ asset: on.id, vulnerability: of.id, detected_at: '2026-03-01T00:00:00.000Z' }];
    }),
    counts: { total: facts.affected.length + more, unknown: 0 },
  }));
