import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MatchedFinding } from './match-finding.ts';
import { authorityOf, preferred, preferSources } from './prefer-sources.ts';

function said(feed: string, more: Partial<MatchedFinding> = {}): MatchedFinding {
  return {
    advisory: `${feed}-1`,
    package: 'openssl',
    architecture: 'amd64',
    installed: '1.0',
    fixed: '1.1',
    vulnerabilities: ['CVE-2026-1'],
    vendor_ids: [],
    state: 'affected',
    feed,
    platform: 'Debian:12',
    rule: 'range',
    why: `${feed} compared`,
    ...more,
  };
}

const states = (findings: readonly MatchedFinding[]) =>
  preferSources(findings).map(({ feed, state, rule }) => `${feed} ${state} ${rule}`);

describe('where sources speak of one package and vulnerability', () => {
  test('the publisher decides against a copy of it, and both against NVD; the reason names who and why', () => {
    const findings = [said('nvd', { platform: 'cpe' }), said('osv'), said('debian', { state: 'not_affected' })];
    expect(states(findings)).toEqual([
      'nvd not_affected other_source',
      'osv not_affected other_source',
      'debian not_affected range',
    ]);
    expect(preferSources(findings)[1]?.why).toBe(
      'debian before osv: the publisher of the package knows best. debian: debian compared; osv: osv compared',
    );
    expect(states(findings.slice(0, 2))).toEqual(['nvd not_affected other_source', 'osv affected range']);
  });

  test('OSV is the ecosystem’s own word where there is no distribution between', () => {
    const npm = { platform: 'npm' };
    expect(states([said('osv', npm), said('ghsa', { ...npm, state: 'not_affected' })])).toEqual([
      'osv affected range',
      'ghsa not_affected range',
    ]);
  });

  const OTHERS: [string, Partial<MatchedFinding>][] = [
    ['another package', { package: 'libssl3' }],
    ['another version of it', { installed: '0.9' }],
    ['another vulnerability', { vulnerabilities: ['CVE-2026-2'] }],
    ['a version it cannot read', { state: 'unknown' }],
    ['what it has taken back', { state: 'withdrawn' }],
  ];
  test.each(OTHERS)('who speaks of %s decides nothing', (_, more) => {
    const decider = said('debian', { state: 'not_affected', ...more });
    expect(states([said('osv'), decider])[0]).toBe('osv affected range');
  });

  test('an advisory of several vulnerabilities stands as long as one of them is left to it', () => {
    const both = said('osv', { vulnerabilities: ['CVE-2026-1', 'CVE-2026-2'] });
    const first = said('debian', { state: 'not_affected' });
    const second = said('debian', { state: 'not_affected', vulnerabilities: ['CVE-2026-2'] });
    expect(states([both, first])[0]).toBe('osv affected range');
    expect(states([both, first, second])[0]).toBe('osv not_affected other_source');
  });

  test('those of one rank stand together, whatever the order', () => {
    const source = fc.record({
      feed: fc.constantFrom('debian', 'osv', 'ghsa', 'nvd', 'trivy', 'msrc'),
      platform: fc.constantFrom('Debian:12', 'npm', 'cpe'),
    });
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 8 }), (sources) => {
        const { first, others, why } = preferred(sources);
        const best = Math.min(...sources.map(authorityOf));
        expect(first.every((each) => authorityOf(each) === best)).toBe(true);
        expect(others.every((each) => authorityOf(each) > best)).toBe(true);
        expect(first.length + others.length).toBe(sources.length);
        expect(why === null).toBe(others.length === 0);
        expect(preferred(sources.toReversed()).first).toHaveLength(first.length);
      }),
    );
  });
});
