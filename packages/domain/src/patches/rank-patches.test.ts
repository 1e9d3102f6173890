import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import { FIRST_MODEL, MAX_SCORE } from '../policies/ranking-model.ts';
import { decidePatch } from './decide-patch.ts';
import { explainAbove } from './explain-above.ts';
import { findDrop } from './explain-drop.ts';
import { listUnknowns, strongestReasons } from './explain-patch.ts';
import type { PatchFacts } from './patch-facts.ts';
import { compareRanked, rankPatches } from './rank-patches.ts';
import { scorePatch } from './score-patch.ts';
import { compareDecisions } from './ssvc.ts';
import {
  anyPatch,
  anyVulnerability,
  asset,
  CRITICAL,
  cvss,
  exploited,
  LOCAL,
  patch,
  vulnerability,
} from './test-patches.ts';

const rank = (patches: readonly PatchFacts[]) => rankPatches(patches, [], FIRST_MODEL);
const decide = (facts: PatchFacts) => decidePatch(facts, FIRST_MODEL.weights);
const score = (facts: PatchFacts) => scorePatch(facts, [], FIRST_MODEL.weights);

describe('a score', () => {
  test('is the exact sum of its lines, whole points between 0 and 100', () => {
    fc.assert(
      fc.property(anyPatch, (facts) => {
        const { score: sum, factors } = score(facts);
        expect(factors.reduce((total, { points }) => total + points, 0)).toBe(sum);
        expect(sum).toBeGreaterThanOrEqual(0);
        expect(sum).toBeLessThanOrEqual(MAX_SCORE);
        for (const { points } of factors) expect(Number.isInteger(points)).toBe(true);
        for (const { points } of factors) expect(Object.is(points, -0)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('reaches 100 and 0', () => {
    const worst = exploited('CVE-2026-1', {
      known_exploited: { date_added: '2026-01-01', due_date: null, is_ransomware: true },
      epss: { score: 1, percentile: 1 },
      cvss: cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'),
    });
    const jewel = asset('db-01', { criticality: 'high', data_sensitivity: 'confidential', exposure: 'internet' });
    expect(score(patch('P-1', { vulnerabilities: [worst], affected: [jewel] })).score).toBe(100);
    expect(score(patch('P-2', { is_security: false, affected: [], reboot_package: 'libc6' })).score).toBe(0);
  });

  test('says "not known" where nothing is known, and gives no points for it', () => {
    const { factors } = score(patch('P-1', { vulnerabilities: [vulnerability('CVE-2026-1')] }));
    const unknown = factors.filter(({ value }) => value === 'not known');
    expect(unknown.map(({ id }) => id)).toEqual(['epss', 'exposure', 'criticality', 'data_sensitivity', 'impact']);
    expect(unknown.every(({ points }) => points === 0)).toBe(true);
  });

  test('takes the distribution severity where no CVSS is known', () => {
    const [low, high] = ['low', 'high'].map((word) =>
      vulnerability('CVE-2026-1', { severity: { word, source: 'Ubuntu', feed: 'osv' } }),
    );
    const impactOf = (v: VulnerabilityFacts | undefined) =>
      score(patch('P-1', { vulnerabilities: v ? [v] : [] })).factors.find(({ id }) => id === 'impact')?.points;
    expect([impactOf(low), impactOf(high)]).toEqual([2, 8]);
  });
});

describe('more evidence', () => {
  const isLower = (before: PatchFacts, after: PatchFacts) => {
    const [old, next] = [decide(before).decision, decide(after).decision];
    return compareDecisions(next, old) > 0 || score(after).score < score(before).score;
  };

  test('never lowers: another vulnerability beside those that are named', () => {
    fc.assert(
      fc.property(
        anyPatch.filter(({ vulnerabilities }) => vulnerabilities.length > 0),
        anyVulnerability,
        (facts, another) => !isLower(facts, { ...facts, vulnerabilities: [...facts.vulnerabilities, another] }),
      ),
      { numRuns: 1000 },
    );
  });

  test('never lowers: known exploited, a higher EPSS, a worse asset', () => {
    fc.assert(
      fc.property(anyPatch, (facts) => {
        const listed = facts.vulnerabilities.map((each) =>
          exploited(each.id, {
            ...each,
            known_exploited: { date_added: '2026-01-01', due_date: null, is_ransomware: true },
          }),
        );
        const likelier = facts.vulnerabilities.map((each) => ({
          ...each,
          epss: { score: Math.min(1, (each.epss?.score ?? 0) + 0.2), percentile: 1 },
        }));
        const worse = facts.affected.map(({ worth, ...each }) => ({
          ...each,
          worth: { ...worth, criticality: 'high' as const, exposure: 'internet' as const },
        }));
        expect(isLower(facts, { ...facts, vulnerabilities: listed })).toBe(false);
        expect(isLower(facts, { ...facts, vulnerabilities: likelier })).toBe(false);
        expect(isLower(facts, { ...facts, affected: worse })).toBe(false);
        expect(isLower(facts, { ...facts, is_security: true })).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the order', () => {
  test('is total and does not depend on the order of the input', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyPatch, { selector: ({ id }) => id, maxLength: 12 }), (patches) => {
        const ranked = rank(patches);
        const again = rank([...patches].reverse());
        expect(again.map(({ facts }) => facts.id)).toEqual(ranked.map(({ facts }) => facts.id));
        for (const [index, each] of ranked.entries()) {
          expect(each.rank).toBe(index + 1);
          for (const later of ranked.slice(index + 1)) expect(compareRanked(each, later)).toBeLessThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('puts the decision first, then what touches a vulnerability, then the score', () => {
    const act = patch('P-act', {
      vulnerabilities: [exploited('CVE-2026-1', { cvss: cvss(CRITICAL) })],
    });
    const likely = patch('P-likely', {
      vulnerabilities: [vulnerability('CVE-2026-2', { epss: { score: 0.09, percentile: 0.9 } })],
    });
    const plain = patch('P-plain', {
      is_security: false,
      affected: [asset('a'), asset('b')],
      counts: { total: 2, unknown: 0 },
    });
    const unnamed = patch('P-unnamed', { counts: { total: 100, unknown: 0 } });
    const ranked = rank([plain, unnamed, likely, act]);
    expect(ranked.map(({ facts, decided }) => [facts.id, decided.decision])).toEqual([
      ['P-act', 'act'],
      ['P-likely', 'track'],
      ['P-unnamed', 'track'],
      ['P-plain', 'track'],
    ]);
    expect(ranked.map((each, index) => explainAbove(each, ranked[index + 1]))).toEqual([
      'Above P-likely 1.1 because ACT comes before TRACK, whatever the score.',
      'Above P-unnamed 1.1 because likely to be exploited (+6) gives it 6 points more.',
      'Above P-plain 1.1 because it touches a vulnerability and the other is known to touch none.',
      null,
    ]);
  });
});

describe('an explanation', () => {
  const facts = patch('P-1', {
    vulnerabilities: [exploited('CVE-2026-1', { cvss: cvss(CRITICAL) }), vulnerability('CVE-2026-2')],
    affected: [
      asset('db-01', { criticality: 'high' }),
      asset('web-01', { criticality: 'low', data_sensitivity: 'none', exposure: 'internal' }),
    ],
    counts: { total: 5, unknown: 2 },
  });
  const [first] = rank([facts]);
  if (first === undefined) throw new Error('nothing ranked');

  test('names the path through the table with its inputs', () => {
    expect(first.decided.decision).toBe('act');
    expect(first.decided.path).toEqual([
      { point: 'exploitation', value: 'active', because: 'CVE-2026-1 is in CISA KEV since 2026-08-21' },
      {
        point: 'automatable',
        value: 'yes',
        because: 'CVSS says attack vector N, complexity L, privileges N, user interaction N',
      },
      {
        point: 'technical_impact',
        value: 'total',
        because: 'CVSS says confidentiality H, integrity H, availability H',
      },
      { point: 'mission', value: 'high', because: 'the most critical affected machine is high' },
    ]);
  });

  test('says what outweighs what', () => {
    const spread = patch('P-2', {
      ...facts,
      id: 'P-2',
      source: 'wide',
      vulnerabilities: facts.vulnerabilities.slice(0, 1),
      counts: { total: 2, unknown: 0 },
      affected: facts.affected,
    });
    const strong = {
      ...facts,
      vulnerabilities: [{ ...facts.vulnerabilities[0], epss: { score: 0.94, percentile: 0.99 } } as VulnerabilityFacts],
    };
    const ranked = rank([spread, strong]);
    expect(ranked[0] && explainAbove(ranked[0], ranked[1])).toBe(
      "Above wide 1.1 because likely to be exploited (+19) outweighs the other's spread (+5).",
    );
    expect(strongestReasons(ranked[0] ?? first)).toEqual([
      'Known exploited: CVE-2026-1 in KEV since 2026-08-21',
      'Likely to be exploited: EPSS 0.94 (percentile 0.99), CVE-2026-1',
    ]);
  });

  test('says what would lower the bucket', () => {
    const critical = {
      ...facts,
      vulnerabilities: [exploited('CVE-2026-1', { cvss: cvss(LOCAL) })],
    };
    const dropOf = (each: PatchFacts) => rank([each]).map((ranked) => findDrop(ranked)?.text ?? null)[0];
    expect(dropOf(critical)).toBe('Would drop to TRACK if the 1 machine of high criticality is patched.');
    expect(dropOf({ ...facts, affected: [asset('web-01')] })).toBe('Would drop to TRACK if CVE-2026-1 were ruled out.');
    expect(dropOf(patch('P-3'))).toBeNull();
  });

  test('names what is missing, assumptions and stale feeds among it', () => {
    const feed = { id: 'epss', title: 'EPSS', as_of: null, problem: 'EPSS has never been loaded' };
    expect(listUnknowns(first, [], [feed])).toEqual([
      'data of 1 machine: nobody has said',
      'exposure of 1 machine: nobody has said',
      'EPSS of 2 of 2 vulnerabilities',
      'CVSS and severity of 1 of 2 vulnerabilities',
      'CISA’s assessment of 2 of 2 vulnerabilities',
      'where 2 machines stand: no recent report',
      'EPSS has never been loaded',
    ]);
    const [bare] = rank([patch('P-4')]);
    expect(bare && listUnknowns(bare, [], [])).toEqual([
      'exploitation of what this fixes (assumed none)',
      'whether an attack on it can be automated (assumed yes)',
      'the technical impact of it (assumed total)',
      'what some affected machines are worth (assumed medium)',
      'criticality of 1 machine: nobody has said',
      'data of 1 machine: nobody has said',
      'exposure of 1 machine: nobody has said',
      'which vulnerabilities this fixes: nobody names them',
    ]);
  });

  test('never reads missing exploitation data as "none" without saying so', () => {
    const step = decide(patch('P-5', { vulnerabilities: [vulnerability('CVE-2026-9')] })).path[0];
    expect(step).toMatchObject({ value: 'none', because: expect.stringContaining('assumed, not known') });
  });

  test('does not take a catalogue that was never loaded for one that says no', () => {
    const facts = patch('P-6', {
      vulnerabilities: [vulnerability('CVE-2026-9')],
      is_loaded: { kev: false, cve: true },
    });
    expect(decide(facts).path[0]?.because).toContain('CISA KEV has never been loaded');
    const values = score(facts).factors.filter(({ source }) => source === 'CISA KEV');
    expect(values.map(({ value }) => value)).toEqual(['not known', 'not known']);
  });

  test('many unlikely vulnerabilities together outweigh one that is a little likelier', () => {
    const epss = (id: string, score: number) => vulnerability(id, { epss: { score, percentile: 0.5 } });
    const many = patch('P-many', {
      vulnerabilities: Array.from({ length: 30 }, (_, n) => epss(`CVE-2026-${n}`, 0.01)),
    });
    const one = patch('P-one', { vulnerabilities: [epss('CVE-2026-99', 0.04)] });
    const [first, second] = rank([one, many]);
    expect(first?.facts.id).toBe('P-many');
    expect(first?.factors.find(({ id }) => id === 'epss')).toMatchObject({
      points: 10,
      value: '0.2603 for any of 30; highest: EPSS 0.01 (percentile 0.5), CVE-2026-0',
    });
    expect(second?.factors.find(({ id }) => id === 'epss')?.points).toBe(4);
  });

  test('says what decides between equal scores', () => {
    const one = (id: string, more: Partial<PatchFacts>) => patch(id, { source: 'x', to_version: id, ...more });
    const epss = (id: string, score: number) => vulnerability(id, { epss: { score, percentile: 0.5 } });
    const ranked = rank([
      one('by-name', {}),
      one('again', {}),
      one('likelier', { vulnerabilities: [epss('CVE-2026-1', 0.0102)] }),
      one('likely', { vulnerabilities: [epss('CVE-2026-1', 0.01)] }),
      one('hardly', { vulnerabilities: [epss('CVE-2026-1', 0.0001)] }),
      one('two', { vulnerabilities: [vulnerability('CVE-2026-1'), vulnerability('CVE-2026-2')] }),
      one('waited', { first_seen_at: '2026-10-01T00:00:00.000Z' }),
    ]);
    expect(ranked.map((each, index) => [each.facts.id, explainAbove(each, ranked[index + 1])?.split(': ')[1]])).toEqual(
      [
        ['likelier', 'by EPSS its likelihood is 0.0102 against 0.01.'],
        ['likely', undefined],
        ['hardly', 'by EPSS its likelihood is 0.0001 against none known.'],
        ['two', 'it clears 2 vulnerabilities against 0.'],
        ['waited', 'it has waited longer.'],
        ['again', 'by name.'],
        ['by-name', undefined],
      ],
    );
  });

  test('gives reasons even where no factor gives points', () => {
    const reasons = (more: Partial<PatchFacts>) => strongestReasons(rank([patch('P-7', more)])[0] ?? first);
    const spread = 'Spread: 1 of 1 machine';
    expect(reasons({})).toEqual(['Security update; nobody names what it fixes', spread]);
    expect(reasons({ is_security: false })).toEqual(['No vulnerability is known', spread]);
    expect(reasons({ is_security: false, vulnerabilities: [vulnerability('CVE-2026-1')] })).toEqual([
      'Update that clears 1 vulnerability',
      spread,
    ]);
  });
});
