import { pick, readPackages, seeded, upgraded } from '../fleet/packages.ts';

/** One installed package: name, version, architecture, source, version of the source. */
export interface Package {
  name: string;
  version: string;
  architecture: string;
  source: string;
  source_version: string;
}

/** One rule: a vulnerability of a source package, and the version that ends it; null while none does. */
export interface SourceRule {
  vulnerability: string;
  source: string;
  fixed: string | null;
}

export interface DebianFleet {
  /** Where names and versions are from. */
  origin: string;
  hosts: Package[][];
  rules: SourceRule[];
}

const LATER_VERSIONS = 3;
/** Sources that no host has: most of an archive. */
const OTHER_SOURCES = 6000;
/** How many times likelier a rule is about a source that some host may have. */
const WEIGHT = 1;
/** A tracker remembers everything that was ever mended; what has no fix yet, and what not everybody has, is the lesser part. */
const IS_UNFIXED = 0.05;
const IS_MENDED_LONG_AGO = 0.85;

/**
 * Hosts of one release, with common packages and some of their own, and the rules of a tracker: real names and versions where
 * they are at hand, fixed versions among those that hosts have. Signed kernels are left out, since debsecan does not know
 * what they are built from.
 */
export function makeDebianFleet(
  seed: number,
  { hosts, common, own, rules }: Record<'hosts' | 'common' | 'own' | 'rules', number>,
): DebianFleet {
  const random = seeded(seed);
  const { origin, lines } = readPackages();
  const packages = lines.filter((line) => !line.includes('linux-signed'));
  const shared = pick(packages, common, random);
  const isShared = new Set(shared);
  const others = packages.filter((line) => !isShared.has(line));
  const later = (line: string) => {
    const times = Math.floor(random() * (LATER_VERSIONS + 1));
    return times === 0 ? line : upgraded(line, times);
  };
  const machines = Array.from({ length: hosts }, () =>
    [...shared.map((line) => (random() < 0.1 ? later(line) : line)), ...pick(others, own, random).map(later)].map(
      packageOf,
    ),
  );
  const known = [...new Map(packages.map((line) => [packageOf(line).source, packageOf(line).source_version]))];
  return { origin, hosts: machines, rules: makeRules(known, rules, random) };
}

function makeRules(known: readonly (readonly [string, string])[], count: number, random: () => number): SourceRule[] {
  const total = known.length * WEIGHT + OTHER_SOURCES;
  return Array.from({ length: count }, (_, at) => {
    const vulnerability = `CVE-${2010 + Math.floor(random() * 16)}-${10_000 + at}`;
    const place = Math.floor(random() * total);
    const [source, version] = known[Math.floor(place / WEIGHT)] ?? [`elsewhere-${place}`, '1.0-1'];
    if (random() < IS_UNFIXED) return { vulnerability, source, fixed: null };
    if (random() < IS_MENDED_LONG_AGO) return { vulnerability, source, fixed: `${version}~${at % 10}` };
    return { vulnerability, source, fixed: `${version}+u${1 + Math.floor(random() * (LATER_VERSIONS + 1))}` };
  });
}

function packageOf(line: string): Package {
  const [, name = '', version = '', architecture = '', source = '', source_version = ''] = line.split('\t');
  return { name, version, architecture, source, source_version };
}

/** What `/var/lib/dpkg/status` is on such a host. */
export function dpkgStatus(packages: readonly Package[]): string {
  const paragraphs = packages.map(({ name, version, architecture, source, source_version }) =>
    [
      `Package: ${name}`,
      'Status: install ok installed',
      'Priority: optional',
      'Section: misc',
      'Maintainer: Nobody <nobody@example.org>',
      `Architecture: ${architecture}`,
      `Source: ${source} (${source_version})`,
      `Version: ${version}`,
      `Description: ${name}, as it is on this host`,
      '',
    ].join('\n'),
  );
  return paragraphs.join('\n');
}

/** The rules as Debian's security tracker publishes them (https://security-tracker.debian.org/tracker/data/json). */
export function trackerDocument(rules: readonly SourceRule[], release: string): string {
  const bySource = Map.groupBy(rules, ({ source }) => source);
  const entry = ({ fixed }: SourceRule) => ({
    scope: 'local',
    releases: {
      [release]:
        fixed === null
          ? { status: 'open', urgency: 'not yet assigned' }
          : { status: 'resolved', fixed_version: fixed, urgency: 'not yet assigned' },
    },
  });
  const members = [...bySource].map(([source, own]) => [
    source,
    Object.fromEntries(own.map((rule) => [rule.vulnerability, entry(rule)])),
  ]);
  return JSON.stringify(Object.fromEntries(members));
}

/** The same rules as debsecan downloads them, before compression: names, rules, and the binaries of sources (none told). */
export function debsecanDocument(rules: readonly SourceRule[]): string {
  const names = rules.map(({ vulnerability }) => `${vulnerability},,`);
  // Source package, no urgency, not known whether remote, a fix where there is one.
  const lines = rules.map(
    ({ source, fixed }, at) => `${source},${at},S ?${fixed === null ? ' ' : 'F'},${fixed ?? ''},`,
  );
  return ['VERSION 1', ...names, '', ...lines, '', ''].join('\n');
}
