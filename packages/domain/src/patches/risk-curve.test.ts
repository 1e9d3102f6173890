import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FindingRisk, findingRisk, patchesForShare, RISK_UNIT, riskCurve } from './risk-curve.ts';
import { asset, exploited, vulnerability } from './test-patches.ts';

const PATCHES = ['P-1', 'P-2', 'P-3', 'P-4', 'P-5'];
const anyFindings: fc.Arbitrary<FindingRisk[]> = fc.array(
  fc.record({ risk: fc.nat(50), patches: fc.subarray(PATCHES, { maxLength: 3 }) }),
  { maxLength: 14 },
);

function removedBy(findings: readonly FindingRisk[], chosen: readonly string[]): number {
  const cleared = findings.filter(({ patches }) => patches.some((each) => chosen.includes(each)));
  return cleared.reduce((sum, { risk }) => sum + risk, 0);
}

function choices(count: number): string[][] {
  const all = Array.from({ length: 2 ** PATCHES.length }, (_, bits) => PATCHES.filter((_, at) => (bits >> at) & 1));
  return all.filter(({ length }) => length === count);
}

describe('the curve', () => {
  test('rises by less and less, and ends at all that patches can remove', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const { points, removable, total } = riskCurve(findings, PATCHES);
        let before = { gain: Number.POSITIVE_INFINITY, removed: 0 };
        for (const [index, point] of points.entries()) {
          expect(point.gain).toBeGreaterThan(0);
          expect(point.gain).toBeLessThanOrEqual(before.gain);
          expect(point.removed).toBe(before.removed + point.gain);
          const chosen = points.slice(0, index + 1).map(({ patch }) => patch);
          expect(point.removed).toBe(removedBy(findings, chosen));
          before = point;
        }
        expect(before.removed).toBe(removable);
        expect(removable).toBe(removedBy(findings, PATCHES));
        expect(total).toBe(findings.reduce((sum, { risk }) => sum + risk, 0));
      }),
      { numRuns: 1000 },
    );
  });

  test('begins with the best single patch, and is nowhere worse than 1 − 1/e of the best choice of as many', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const { points } = riskCurve(findings, PATCHES);
        for (const [index, { removed }] of points.entries()) {
          const best = Math.max(...choices(index + 1).map((chosen) => removedBy(findings, chosen)));
          if (index === 0) expect(removed).toBe(best);
          expect(removed).toBeGreaterThanOrEqual((1 - 1 / Math.E) * best);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is the best choice where no finding is cleared by two patches', () => {
    const single = anyFindings.map((findings) =>
      findings.map((each) => ({ ...each, patches: each.patches.slice(0, 1) })),
    );
    fc.assert(
      fc.property(single, (findings) => {
        for (const [index, { removed }] of riskCurve(findings, PATCHES).points.entries())
          expect(removed).toBe(Math.max(...choices(index + 1).map((chosen) => removedBy(findings, chosen))));
      }),
      { numRuns: 300 },
    );
  });

  test('does not depend on the order of findings; the rank of patches ends ties', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        expect(riskCurve([...findings].reverse(), PATCHES)).toEqual(riskCurve(findings, PATCHES));
      }),
    );
    const equal = PATCHES.map((patch) => ({ risk: 7, patches: [patch] }));
    expect(riskCurve(equal, [...PATCHES].reverse()).points.map(({ patch }) => patch)).toEqual([...PATCHES].reverse());
  });

  test('a patch that is not asked about removes nothing', () => {
    expect(riskCurve([{ risk: 3, patches: ['P-9'] }], PATCHES)).toEqual({ total: 3, removable: 0, points: [] });
  });

  test('tells how many patches remove a share', () => {
    const curve = riskCurve(
      [60, 25, 15].map((risk, index) => ({ risk, patches: [PATCHES[index] ?? ''] })),
      PATCHES,
    );
    expect([0.5, 0.8, 0.85, 0.86, 1].map((share) => patchesForShare(curve, share))).toEqual([1, 2, 2, 3, 3]);
    expect(patchesForShare(riskCurve([], PATCHES), 0.8)).toBe(0);
  });
});

describe('the risk of a finding', () => {
  const worth = asset('x', { criticality: 'high', exposure: 'internal' }).worth;
  test.each([
    ['what is in KEV is certain', exploited('CVE-1'), 1],
    [
      'what CISA says is exploited too',
      vulnerability('CVE-1', {
        ssvc: { exploitation: 'active', automatable: null, technical_impact: null, as_of: null },
      }),
      1,
    ],
    ['else it is EPSS', vulnerability('CVE-1', { epss: { score: 0.25, percentile: 0.9 } }), 0.25],
  ])('%s', (_what, facts, chance) => {
    expect(findingRisk(facts, worth)).toBe(chance * RISK_UNIT * 4 * 2);
  });

  test('what nobody gives a chance is not counted, rather than counted as none', () => {
    expect(findingRisk(vulnerability('CVE-1'), worth)).toBeNull();
  });

  test('a machine that nobody has described weighs as one of medium worth that the internet reaches', () => {
    expect(findingRisk(exploited('CVE-1'), asset('x').worth)).toBe(RISK_UNIT * 2 * 4);
  });
});
