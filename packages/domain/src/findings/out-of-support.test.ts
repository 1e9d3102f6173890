import { describe, expect, test } from 'vitest';
import type { SystemSupport } from '../inventory/support-of-system.ts';
import { type DerivedFinding, FINDING_STATES } from './derived-finding.ts';
import { endUnsupported } from './out-of-support.ts';

const SUPPORT: SystemSupport = {
  product: 'debian',
  cycle: '10',
  ends_on: '2022-09-10',
  extended_until: '2024-06-30',
  state: 'ended',
};
const FINDING: DerivedFinding = {
  ecosystem: 'deb',
  source: 'openssl',
  vulnerability: 'CVE-2026-1',
  package: 'openssl',
  architecture: 'amd64',
  installed_version: '1.0',
  fixed_version: null,
  state: 'unfixed',
  evidence: [],
  decided_by: null,
  published_at: null,
};

describe('on a system that gets no more fixes', () => {
  test.each([
    ['unfixed', 'end_of_life'],
    ['fix_deferred', 'end_of_life'],
    ['under_investigation', 'end_of_life'],
    ['affected', 'affected'],
    ['will_not_fix', 'will_not_fix'],
    ['end_of_life', 'end_of_life'],
  ] as const)('what is %s is %s', (state, expected) => {
    expect(endUnsupported([{ ...FINDING, state }], SUPPORT)[0]?.state).toBe(expected);
  });

  test('all states are judged', () => expect(FINDING_STATES).toHaveLength(6));

  test('the reason is told, with the day', () => {
    expect(endUnsupported([FINDING], SUPPORT)[0]?.evidence).toEqual([
      {
        source: 'endoflife',
        advisory: null,
        rule: 'support of the system',
        detail: 'debian 10 got its last fixes on 2022-09-10',
        as_of: null,
      },
    ]);
  });

  test('a package of another registry has its own publisher', () => {
    const npm: DerivedFinding = { ...FINDING, ecosystem: 'npm' };
    expect(endUnsupported([npm], SUPPORT)).toEqual([npm]);
  });
});

test.each([null, { ...SUPPORT, state: 'supported' }, { ...SUPPORT, state: 'extended' }] as const)(
  'nothing changes while it may still be mended',
  (support) => expect(endUnsupported([FINDING], support)).toEqual([FINDING]),
);
