import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_MODEL } from '../policies/ranking-model.ts';
import { decidePatch } from './decide-patch.ts';
import { explainAbove, greatestDifferences } from './explain-above.ts';
import { applyCondition, findDrop } from './explain-drop.ts';
import { isSecurityRelevant } from './patch-facts.ts';
import { rankPatches } from './rank-patches.ts';
import { compareDecisions, DECISION_WORDS } from './ssvc.ts';
import { anyPatch, asset, exploited, patch } from './test-patches.ts';

const RUNS = { numRuns: 2000 };
const manyPatches = fc.uniqueArray(anyPatch, { selector: ({ id }) => id, minLength: 2, maxLength: 6 });

describe('"would drop if"', () => {
  test('comes true: under the condition the patch stands in the bucket that is named, and that is a lower one', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyPatch, (facts) => {
        const [ranked] = rankPatches([facts], [], FIRST_MODEL);
        if (ranked === undefined) throw new Error('not ranked');
        const drop = findDrop(ranked);
        if (ranked.decided.decision === 'track') {
          expect(drop).toBeNull();
          return;
        }
        if (drop === null) throw new Error(`nothing lowers ${ranked.decided.decision}`);
        kinds.add(Object.keys(drop.condition)[0] ?? '');
        const { decision } = decidePatch(applyCondition(facts, drop.condition), FIRST_MODEL.weights);
        expect(decision).toBe(drop.decision);
        expect(compareDecisions(decision, ranked.decided.decision)).toBeGreaterThan(0);
        expect(drop.text).toContain(`to ${DECISION_WORDS[decision]} if `);
      }),
      RUNS,
    );
    expect([...kinds].sort()).toEqual(['automatable', 'patched', 'ruled_out']);
  });

  test('goes by the machines that are left, and by what those have', () => {
    const facts = patch('P-1', {
      vulnerabilities: [exploited('CVE-2026-1'), exploited('CVE-2026-2')],
      affected: [asset('db', { criticality: 'high' }), asset('web', { criticality: 'medium' })],
      detections: [
        { vulnerability: 'CVE-2026-1', asset: 'db', detected_at: '2026-01-01T00:00:00.000Z' },
        { vulnerability: 'CVE-2026-2', asset: 'web', detected_at: '2026-01-01T00:00:00.000Z' },
      ],
    });
    expect(applyCondition(facts, { patched: ['db'] }).vulnerabilities.map(({ id }) => id)).toEqual(['CVE-2026-2']);
  });
});

describe('"above … because"', () => {
  test('names the factor with the greatest difference, whose points it states', () => {
    let scored = 0;
    fc.assert(
      fc.property(manyPatches, (patches) => {
        const ranked = rankPatches(patches, [], FIRST_MODEL);
        for (const [index, each] of ranked.entries()) {
          const next = ranked[index + 1];
          const said = explainAbove(each, next);
          if (next === undefined) {
            expect(said).toBeNull();
            continue;
          }
          expect(said).not.toBeNull();
          const isOfScore =
            each.decided.decision === next.decided.decision &&
            isSecurityRelevant(each.facts) === isSecurityRelevant(next.facts) &&
            each.score !== next.score;
          if (!isOfScore) continue;
          scored++;
          const points = (lines: typeof each.factors, id: string) => lines.find((line) => line.id === id)?.points ?? 0;
          const ids = new Set([...each.factors, ...next.factors].map(({ id }) => id));
          const leads = [...ids].map((id) => points(each.factors, id) - points(next.factors, id));
          const { gain, loss } = greatestDifferences(each, next);
          expect(gain?.lead).toBe(Math.max(...leads));
          expect(loss?.lead ?? 0).toBe(Math.min(0, ...leads));
          expect(leads.reduce((sum, lead) => sum + lead, 0)).toBe(each.score - next.score);
          expect(said?.toLowerCase()).toContain(gain?.factor.label.toLowerCase());
          if (loss !== null) expect(said?.toLowerCase()).toContain(loss.factor.label.toLowerCase());
        }
      }),
      RUNS,
    );
    expect(scored).toBeGreaterThan(100);
  });

  test('what lowers the other alone speaks for this one', () => {
    const one = patch('P-1', { to_version: '1' });
    const other = patch('P-2', { to_version: '2', reboot_package: 'libc6' });
    const [first, second] = rankPatches([other, one], [], FIRST_MODEL);
    expect(first && explainAbove(first, second)).toBe(
      "Above P-2 2 because the other's lowers: needs a restart of the machine (−2) gives it 2 points more.",
    );
  });
});
