import { compareDotted, parseDotted } from '../versions/dotted.ts';
import { plainAdvisory } from './advisory.ts';
import { asRecord, recordsOf, textOf, textsOf } from './read-fields.ts';
import { type AdvisoryRecord, fixRule, type Rule } from './rule.ts';

/** One update of one line (`macOS 15`), and what it fixes. */
interface Release {
  /** The line's platforms: `macos 15`; two for iOS and iPadOS. */
  platforms: string[];
  /** What the finding is about: `macOS`. */
  names: string[];
  version: string;
  date: string;
  vulnerabilities: string[];
  exploited: string[];
  /** The publisher's word for how bad each is, where it has one. */
  severities: Map<string, string>;
}

/** A line of a product: all updates of one major version, the newest first. */
type Line = Release[];

/**
 * What a feed of SOFA says of one of Apple's products, versions 1 and 2 (https://github.com/macadmins/sofa): one record for
 * each vulnerability, with the fix of each line. @returns null for what is no such feed
 */
export function readSofa(document: Record<string, unknown>): AdvisoryRecord[] | null {
  if (textOf(document, 'UpdateHash') === null) return null;
  const systems = recordsOf(document, 'OSVersions').map(readSystemLine);
  // Every release of a system is offered the newest version of an app: it has one line.
  const app = recordsOf(document, 'AppVersions').flatMap(readAppLine);
  const lines = [...systems, app].filter((line) => line.length > 0).sort((a, b) => newestOf(b, a));
  if (lines.length === 0) return null;
  const ids = new Set(lines.flatMap((line) => line.flatMap(({ vulnerabilities }) => vulnerabilities)));
  return [...ids].sort().map((id) => readVulnerability(id, lines));
}

/** `lines` from the newest to the oldest. */
function readVulnerability(id: string, lines: readonly Line[]): AdvisoryRecord {
  const fixing = lines.map((line) => line.filter(({ vulnerabilities }) => vulnerabilities.includes(id)));
  const all = fixing.flat();
  const published = all.map(({ date }) => date).sort()[0] ?? '';
  const severity = all.flatMap((each) => each.severities.get(id) ?? [])[0] ?? null;
  const isExploited = all.some(({ exploited }) => exploited.includes(id));
  const advisory = plainAdvisory(id, [id], { published, severity, is_exploited: isExploited });
  let nearest: Release | null = null;
  const rules = lines.flatMap((line, i) => {
    const fix = (fixing[i] ?? []).toSorted(byVersion)[0] ?? null;
    const last = line[0];
    const isSupported = last !== undefined && last.date >= published;
    if (isSupported) nearest = fix;
    if (fix !== null)
      return rulesOf(fix, (platform, name) => fixRule('apple', advisory, { platform, name, fixed: fix.version }));
    // The oldest line that was still updated has a fix: an older one that is not updated any more lacks it.
    if (last === undefined || isSupported || nearest === null) return [];
    const reason = `no updates after ${last.version} of ${last.date.slice(0, 10)}`;
    return rulesOf(last, (platform, name) =>
      fixRule('apple', advisory, { platform, name, fixed: null }, { unfixed: 'end_of_life', reason }),
    );
  });
  return { advisory, rules };
}

function newestOf(a: Line, b: Line): number {
  const [x, y] = [a[0], b[0]];
  return x === undefined || y === undefined ? 0 : byVersion(x, y);
}

function rulesOf({ platforms, names }: Release, make: (platform: string, name: string) => Rule): Rule[] {
  return platforms.map((platform, i) => make(platform, names[i] ?? ''));
}

function byVersion(a: Release, b: Release): number {
  const [x, y] = [parseDotted(a.version), parseDotted(b.version)];
  return x === null || y === null ? 0 : compareDotted(x, y);
}

function readSystemLine(entry: Record<string, unknown>): Line {
  return readLine(entry, (name, version) => `${name.toLowerCase()} ${lineOf(version)}`);
}

/** Apps come with any release of the system, and their newest line is everyone's. */
function readAppLine(entry: Record<string, unknown>): Line {
  return readLine(entry, () => 'macos');
}

/** Up to macOS 10 the second number was the release. */
export function lineOf(version: string): string {
  const [major = '', minor = '0'] = version.split('.');
  return major === '10' ? `${major}.${minor}` : major;
}

function readLine(entry: Record<string, unknown>, platformOf: (name: string, version: string) => string): Line {
  return recordsOf(entry, 'SecurityReleases').flatMap((release): Release[] => {
    const version = textOf(release, 'ProductVersion');
    const date = textOf(release, 'ReleaseDate');
    if (version === null || date === null || Number.isNaN(Date.parse(date)) || parseDotted(version) === null) return [];
    const names = productsOf(textOf(release, 'UpdateName') ?? '', textOf(release, 'ProductName') ?? '');
    const cves = asRecord(release['CVEs']) ?? {};
    const severities = Object.entries(cves).flatMap(([id, about]) => {
      const word = textOf(asRecord(about), 'Severity');
      return word === null ? [] : [[id, word.toLowerCase()] as const];
    });
    return [
      {
        platforms: names.map((name) => platformOf(name, version)),
        names,
        version,
        date: new Date(date).toISOString(),
        vulnerabilities: Object.keys(cves).filter((id) => /^CVE-\d{4}-\d{4,19}$/.test(id)),
        exploited: textsOf(release, 'ActivelyExploitedCVEs'),
        severities: new Map(severities),
      },
    ];
  });
}

/** `iOS and iPadOS` are two products that share updates, except where the update names one alone (`iPadOS 17.7.11`). */
function productsOf(update: string, product: string): string[] {
  const names = product.split(' and ');
  const named = names.filter((name) => update.includes(name));
  return named.length > 0 ? named : names;
}
