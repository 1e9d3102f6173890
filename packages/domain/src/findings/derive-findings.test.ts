import { describe, expect, test } from 'vitest';
import { plainAdvisory } from '../advisories/advisory.ts';
import { fixRule, type Rule } from '../advisories/rule.ts';
import type { AvailableUpdate, Software } from '../inventory/asset.ts';
import { deriveFindings, type FindingInputs } from './derive-findings.ts';
import { kernelInEffect } from './kernel-in-effect.ts';
import type { NamedPackage } from './merge-matches.ts';

function installed(name: string, version: string, source = name): Software {
  return { ecosystem: 'deb', name, version, architecture: 'amd64', source, source_version: version, module: null };
}

function update(more: Partial<AvailableUpdate>): AvailableUpdate {
  return {
    ecosystem: 'deb',
    name: 'libssl3',
    architecture: 'amd64',
    installed_version: '1.0',
    candidate_version: '1.1',
    source: 'openssl',
    source_installed_version: '1.0',
    source_candidate_version: '1.1',
    origin: 'Debian:12/bookworm-security',
    suite: 'stable-security',
    is_security: true,
    is_held: false,
    size: 1,
    sha256: '0'.repeat(64),
    fix_version: null,
    advisories: [],
    severity: null,
    changelog_cves: null,
    ...more,
  };
}

interface Said {
  feed?: string;
  fixed: string | null;
  platform?: string;
  state?: Rule['unfixed'];
}

/** What a rule about the source of a package says of it. */
function match(
  software: Software,
  id: string,
  vulnerabilities: string[],
  { feed = 'osv', ...said }: Said,
): NamedPackage {
  const advisory = plainAdvisory(id, vulnerabilities, {
    published: '2026-01-02T00:00:00Z',
    modified: '2026-02-02T00:00:00Z',
  });
  const { fixed, platform = 'Debian:12', state: unfixed = 'unfixed' } = said;
  const rule = fixRule(feed, advisory, { platform, name: software.source, fixed }, { names: 'source', unfixed });
  return { software, rule };
}

function derive(inputs: Partial<FindingInputs>) {
  return deriveFindings({ updates: [], matches: [], rebuttals: [], kernel: null, ...inputs }).map(
    ({ source, vulnerability, fixed_version, evidence }) => [
      source,
      vulnerability,
      fixed_version,
      evidence.map((each) => each.source).join('+'),
    ],
  );
}

describe('deriveFindings', () => {
  const library = installed('libssl3', '1.0', 'openssl');
  const tool = installed('openssl', '1.0');
  const both = (id: string, vulnerabilities: string[], said: Said) =>
    [library, tool].map((software) => match(software, id, vulnerabilities, said));

  test('makes one finding of what several sources say, with the evidence of each, under the name of the source', () => {
    const matches = [
      ...both('DSA-1', ['CVE-2026-1', 'CVE-2026-2'], { fixed: '1.1' }),
      ...both('CVE-2026-1', ['CVE-2026-1'], { fixed: '1.1' }),
    ];
    const updates = [update({ changelog_cves: ['CVE-2026-1', 'CVE-2026-3'] })];
    expect(derive({ updates, matches })).toEqual([
      ['openssl', 'CVE-2026-1', '1.1', 'osv+osv+changelog'],
      ['openssl', 'CVE-2026-2', '1.1', 'osv'],
      ['openssl', 'CVE-2026-3', '1.1', 'changelog'],
    ]);
    const [first] = deriveFindings({ updates, matches, rebuttals: [], kernel: null });
    expect(first).toMatchObject({ package: 'openssl', state: 'affected', decided_by: null });
    expect(first?.evidence[0]).toEqual({
      source: 'osv',
      advisory: 'DSA-1',
      rule: 'range of DSA-1',
      detail: 'Debian:12 openssl 1.0: < fixed 1.1',
      as_of: '2026-02-02T00:00:00Z',
    });
  });

  test.each(['unfixed', 'will_not_fix', 'fix_deferred', 'end_of_life', 'under_investigation'] as const)(
    'keeps what has no fix, as its publisher says: %s',
    (state) => {
      const matches = [match(tool, 'CVE-2026-9', ['CVE-2026-9'], { fixed: null, state })];
      expect(deriveFindings({ updates: [], matches, rebuttals: [], kernel: null })).toMatchObject([
        { vulnerability: 'CVE-2026-9', fixed_version: null, state },
      ]);
    },
  );

  test('has an unnamed finding for a security update only while nobody names what it fixes', () => {
    const updates = [update({}), update({ name: 'openssl' })];
    expect(derive({ updates })).toEqual([['openssl', null, '1.1', 'security_suite']]);
    expect(derive({ updates: [update({ is_security: false })] })).toEqual([]);
    const matches = both('DSA-1', ['CVE-2026-1'], { fixed: '1.1' });
    expect(derive({ updates, matches })).toEqual([['openssl', 'CVE-2026-1', '1.1', 'osv']]);
  });

  test('still has the unnamed finding beside a named one that this update does not fix', () => {
    expect(derive({ updates: [update({})], matches: both('DSA-1', ['CVE-2026-1'], { fixed: '1.2' }) })).toEqual([
      ['openssl', null, '1.1', 'security_suite'],
      ['openssl', 'CVE-2026-1', '1.2', 'osv'],
    ]);
  });

  test('keeps the older of two installed versions of one source, which is the one to worry about', () => {
    const matches = [installed('libicu72', '72.1-10', 'icu'), installed('libicu67', '72.1-9', 'icu')].map((software) =>
      match(software, 'CVE-2026-4', ['CVE-2026-4'], { fixed: '72.1-11' }),
    );
    const [finding] = deriveFindings({ updates: [], matches, rebuttals: [], kernel: null });
    expect(finding).toMatchObject({ package: 'libicu67', installed_version: '72.1-9', fixed_version: '72.1-11' });
    expect(finding?.evidence).toHaveLength(2);
  });

  describe('where feeds disagree', () => {
    const distribution = match(tool, 'CVE-2026-1', ['CVE-2026-1'], { feed: 'debian_tracker', fixed: null });
    const upstream = match(tool, 'CVE-2026-1', ['CVE-2026-1'], { feed: 'nvd', fixed: '3.0' });
    const copy = match(tool, 'DSA-1', ['CVE-2026-1'], { feed: 'osv', fixed: '1.1' });

    test.each([
      [[distribution, upstream], 'unfixed', null, 'debian_tracker before nvd: the publisher of the package knows best'],
      [[upstream, copy], 'affected', '1.1', 'osv before nvd: who collects what publishers say knows best'],
      [[copy, distribution], 'unfixed', null, 'debian_tracker before osv: the publisher of the package knows best'],
      [[upstream], 'affected', '3.0', null],
    ] as const)('the first of them counts and the rest is evidence', (matches, state, fixed_version, decided_by) => {
      const found = deriveFindings({ updates: [], matches, rebuttals: [], kernel: null });
      expect(found).toMatchObject([{ state, fixed_version, decided_by }]);
      expect(found[0]?.evidence).toHaveLength(matches.length);
      expect(deriveFindings({ updates: [], matches: matches.toReversed(), rebuttals: [], kernel: null })).toEqual(
        found,
      );
    });

    test('a patched older version is no finding although upstream’s range holds it', () => {
      const patched = match(tool, 'CVE-2026-1', ['CVE-2026-1'], { feed: 'debian_tracker', fixed: '0.9' });
      expect(derive({ matches: [upstream], rebuttals: [patched] })).toEqual([]);
      const weaker = { ...patched, rule: { ...patched.rule, feed: 'nvd' } };
      expect(derive({ matches: [copy], rebuttals: [weaker] })).toHaveLength(1);
      const other = match(tool, 'CVE-2026-2', ['CVE-2026-2'], { feed: 'debian_tracker', fixed: '0.9' });
      expect(derive({ matches: [upstream], rebuttals: [other] })).toHaveLength(1);
    });
  });

  test('a kernel kept as a way back touches nothing while a newer one runs', () => {
    const old = installed('linux-image-6.1.0-9-amd64', '6.1-9', 'linux');
    const next = installed('linux-image-6.1.0-10-amd64', '6.1-10', 'linux');
    const matches = [match(old, 'CVE-2026-4', ['CVE-2026-4'], { fixed: '6.1-10' })];
    const running = (release: string) => kernelInEffect([old, next], release);
    expect(derive({ matches, kernel: running('6.1.0-10-amd64') })).toEqual([]);
    expect(derive({ matches, kernel: running('6.1.0-9-amd64') })).toHaveLength(1);
    expect(derive({ matches, kernel: running('5.10-cloud') })).toHaveLength(1);
  });

  test('does not depend on the order of its inputs', () => {
    const updates = [
      update({ changelog_cves: ['CVE-2026-3'] }),
      update({ name: 'openssl', changelog_cves: ['CVE-2026-1'] }),
    ];
    const matches = both('DSA-1', ['CVE-2026-1', 'CVE-2026-2'], { fixed: '1.1' });
    expect(derive({ matches: matches.toReversed(), updates: updates.toReversed() })).toEqual(
      derive({ matches, updates }),
    );
  });
});
