import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainAdvisory } from '../advisories/advisory.ts';
import { RED_HAT_REPOSITORIES } from '../advisories/read-trivy.ts';
import { type Rule, ruleOf } from '../advisories/rule.ts';
import { emptyInventory, type Installed, installed, type OperatingSystem } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import { createMatcher } from './match-rules.ts';
import { matchSoftware } from './match-software.ts';

/** Systems, the platforms of rules for them and for another release, and versions that nearly agree. */
const SYSTEMS: Record<string, { os: OperatingSystem; platforms: string[]; versions: string[] }> = {
  debian: {
    os: { family: 'debian', release: '12' },
    platforms: ['Debian:12', 'debian 12', 'Debian:11'],
    versions: ['1.0', '0:1.0', '1.0-1', '1.0~rc1-1', '1:0.1', '2', '2.0-1+deb12u1', 'a', ''],
  },
  almalinux: {
    os: { family: 'almalinux', release: '8.9' },
    platforms: ['AlmaLinux:8', 'alma 8', 'AlmaLinux:9'],
    versions: [
      '1.0-1.el8',
      '0:1.0-1.el8',
      '1.0-2.el8_6',
      '1.0-2.el8_8',
      '1.0-2.module_el8.5.0+1+a',
      '1:1.0-1.el8',
      '2.0-1.ksplice1.el8',
      '3',
    ],
  },
  alpine: {
    os: { family: 'alpine', release: '3.20.1' },
    platforms: ['Alpine:v3.20', 'alpine 3.20'],
    versions: ['1.0-r0', '1.0-r1', '1.0_rc1-r0', '2', '1.0.1-r0', 'x'],
  },
};
const LANGUAGES: Record<string, string[]> = {
  PyPI: ['1.0', '1.0.0', '1.0rc1', '2', 'trunk'],
  npm: ['1.0.0', '1.0.0-rc.1', 'v1.0.0', '2.0.0', 'x'],
  unheard: ['1', '2'],
};
const NAMES = ['a', 'b', 'A_b', 'a-b'];

const some = <T>(values: readonly T[]) => fc.constantFrom(...values);

function anEvent(versions: readonly string[]) {
  const at = some([...versions, '0']);
  return fc.oneof(
    fc.constant({ introduced: '0' }),
    at.map((introduced) => ({ introduced })),
    at.map((fixed) => ({ fixed })),
    at.map((last_affected) => ({ last_affected })),
    at.map((limit) => ({ limit })),
  );
}

function aRule(platform: string, versions: readonly string[]): fc.Arbitrary<Rule> {
  const range = fc.record({
    type: some(['ECOSYSTEM', 'SEMVER', 'GIT']),
    events: fc.array(anEvent(versions), { maxLength: 4 }),
  });
  return fc
    .record({
      id: fc.nat({ max: 1000 }),
      name: some([...NAMES, 'm:1::a']),
      ranges: fc.array(range, { maxLength: 2 }),
      listed: fc.subarray([...versions], { maxLength: 2 }),
      withdrawn: some([null, null, null, '2026-01-01T00:00:00Z']),
      details: fc.record({
        names: some(['binary', 'source', 'binaries_of_source'] as const),
        architectures: some([null, null, ['amd64'], []]),
        unfixed: some(['unfixed', 'will_not_fix', 'end_of_life', 'under_investigation', 'not_affected'] as const),
        module: some([null, null, 'm:1', 'm:2']),
        lines: some([[], [], [...versions].slice(0, 3)]),
      }),
    })
    .map(({ id, name, ranges, listed, withdrawn, details }) => {
      const affected = { ecosystem: platform, package: name, ranges, versions: listed, severity: null };
      return ruleOf('osv', plainAdvisory(`A-${id}`, [`CVE-2026-${id}`], { withdrawn }), affected, details);
    });
}

function aPackage(versions: readonly string[], ecosystem: string | null): fc.Arbitrary<Installed> {
  const modules = ecosystem === null ? [null, 'm:1:8030:abc', 'm:2:8030:abc'] : [null];
  return fc
    .tuple(some(NAMES), some(versions), some(['amd64', 'all', 'i386']), some(NAMES), some(versions), some(modules))
    .map(([name, version, architecture, source, source_version, label]) => {
      // rpm tells the label of every build in a module; only a file without labels leaves a stream to be guessed.
      const module = label ?? (version.includes('module') || source_version.includes('module') ? 'm:1:8030:abc' : null);
      return installed(name, version, { architecture, source, source_version, module, ecosystem });
    });
}

const aFleet = fc
  .constantFrom(...Object.keys(SYSTEMS))
  .map((key) => SYSTEMS[key] ?? { os: { family: '', release: '' }, platforms: [], versions: [] })
  .chain(({ os, platforms, versions }) => {
    const languages = Object.entries(LANGUAGES);
    const rule = fc.oneof(
      ...platforms.map((platform) => aRule(platform, versions)),
      ...languages.map(([name, own]) => aRule(name, own)),
    );
    const one = fc.oneof(
      { arbitrary: aPackage(versions, null), weight: 3 },
      ...languages.map(([name, own]) => ({ arbitrary: aPackage(own, name), weight: 1 })),
    );
    return fc.record({
      os: fc.constant(os),
      rules: fc.array(rule, { minLength: 1, maxLength: 25 }),
      assets: fc.array(fc.array(one, { maxLength: 15 }), { minLength: 1, maxLength: 4 }),
    });
  });

describe('matchSoftware', () => {
  test('gives what the nested loop over machines, rules and packages gives, on 1,000 random fleets', () => {
    let told = 0;
    fc.assert(
      fc.property(aFleet, ({ os, rules, assets }) => {
        const platforms = new Set(platformsOf({ os }, RED_HAT_REPOSITORIES));
        const all = assets.flatMap((packages, asset) => packages.map((each) => ({ ...each, asset })));
        const compiled = matchSoftware(platforms, rules, all);
        for (const [asset, packages] of assets.entries()) {
          const match = createMatcher({ ...emptyInventory(os), packages });
          const naive = rules.flatMap((rule, at) =>
            match(rule)
              .filter(({ state }) => state !== 'not_affected' && state !== 'withdrawn')
              .map(({ package: name, architecture, installed: version, state, fixed }) =>
                JSON.stringify([at, name, rule.names === 'source' ? '' : architecture, version, state, fixed]),
              ),
          );
          const own = compiled.filter((each) => each.installed.asset === asset);
          const found = own.map(
            ({ rule, installed: { name, architecture, version, source, source_version }, state, fixed }) => {
              const subject = rule.names === 'source' ? [source, '', source_version] : [name, architecture, version];
              return JSON.stringify([rules.indexOf(rule), ...subject, state, fixed]);
            },
          );
          told += naive.length;
          expect(new Set(found)).toEqual(new Set(naive));
        }
      }),
      { numRuns: 1000, seed: 20_261_123 },
    );
    expect(told).toBeGreaterThan(1000);
  });

  test('reads each version once, however many rules there are', () => {
    const rules = Array.from({ length: 500 }, (_, i) =>
      ruleOf(
        'osv',
        plainAdvisory(`A-${i}`, []),
        {
          ecosystem: 'Debian:12',
          package: 'a',
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `1.${i}-1` }] }],
          versions: [],
          severity: null,
        },
        { names: 'source' },
      ),
    );
    const packages = Array.from({ length: 500 }, (_, i) => installed('a', `1.${i}-1`));
    expect(matchSoftware(new Set(['debian:12']), rules, packages)).toHaveLength((500 * 499) / 2);
  });
});
