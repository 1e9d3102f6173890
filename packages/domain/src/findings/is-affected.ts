import type { Advisory, Affected, RangeEvent, VersionRange } from '../advisories/advisory.ts';
import type { Software } from '../inventory/asset.ts';
import { VERSION_SCHEMES, type VersionScheme, type VersionSchemeName } from '../versions/registry.ts';

/** Whether an advisory touches a package, with the rule that said so and the values it compared. */
export interface Verdict {
  /** `unknown`: a version that cannot be read, so nothing can be said; never taken for "not affected". */
  state: 'affected' | 'not_affected' | 'unknown';
  rule: 'range' | 'version_list' | 'withdrawn' | 'other_package' | 'unreadable_version';
  detail: string;
  /** The first version that no longer is; null while there is none. */
  fixed_version: string | null;
}

/** Types of ranges whose versions are ordered by the ecosystem's own scheme; `GIT` is not. */
const JUDGED = ['ECOSYSTEM', 'SEMVER'];

/**
 * Judges one package, under the name and version that the advisory speaks of, against one entry of an advisory by the OSV
 * evaluation rules: a version listed in `versions` is affected, and so is one inside any range that is ordered as
 * `scheme` is. (https://ossf.github.io/osv-schema/#evaluation)
 */
export function isAffected(
  software: Pick<Software, 'source' | 'source_version'>,
  affected: Affected,
  advisory: Pick<Advisory, 'id' | 'withdrawn'>,
  scheme: VersionSchemeName,
): Verdict {
  const order = VERSION_SCHEMES[scheme] as VersionScheme<unknown>;
  const subject = `${affected.ecosystem} ${affected.package}`;
  if (advisory.withdrawn !== null)
    return verdict('not_affected', 'withdrawn', `${advisory.id} was withdrawn on ${advisory.withdrawn}`);
  if (software.source !== affected.package)
    return verdict('not_affected', 'other_package', `${software.source} is not ${affected.package}`);
  const installed = order.parse(software.source_version);
  if (installed === null) return unreadable(software.source_version);

  const ranges = affected.ranges
    .filter(({ type }) => JUDGED.includes(type))
    .map((range) => judgeRange(order, installed, range));
  const inside = ranges.find(({ state }) => state === 'affected');
  const fixed_version = nextFix(order, installed, affected.ranges);
  if (inside !== undefined) {
    return { ...verdict('affected', 'range', `${subject} ${software.source_version}: ${inside.words}`), fixed_version };
  }
  if (isListed(scheme, installed, software.source_version, affected.versions)) {
    return {
      ...verdict('affected', 'version_list', `${subject} ${software.source_version} is listed in ${advisory.id}`),
      fixed_version,
    };
  }
  const doubtful = ranges.find(({ state }) => state === 'unknown');
  if (doubtful !== undefined) return unreadable(doubtful.words);
  return verdict('not_affected', 'range', `${subject} ${software.source_version} is in no range of ${advisory.id}`);
}

function verdict(state: Verdict['state'], rule: Verdict['rule'], detail: string): Verdict {
  return { state, rule, detail, fixed_version: null };
}

function unreadable(version: string): Verdict {
  return verdict('unknown', 'unreadable_version', `the version ${version} cannot be read`);
}

/** Distributions list versions as they write them; elsewhere `1.0` and `1.0.0` may be one version. */
function isListed(scheme: VersionSchemeName, installed: unknown, text: string, versions: readonly string[]): boolean {
  if (versions.includes(text)) return true;
  if (scheme === 'deb' || scheme === 'rpm' || scheme === 'apk') return false;
  const order = VERSION_SCHEMES[scheme] as VersionScheme<unknown>;
  return versions.some((each) => {
    const listed = order.parse(each);
    return listed !== null && order.compare(installed, listed) === 0;
  });
}

interface Point {
  kind: 'introduced' | 'fixed' | 'last_affected';
  text: string;
  /** Null is before every version: OSV's `introduced: "0"`. */
  version: unknown;
}

function judgeRange(
  order: VersionScheme<unknown>,
  installed: unknown,
  range: VersionRange,
): { state: Verdict['state']; words: string } {
  const read = range.events.map((event) => readPoint(order, event));
  const unreadable = read.find((point) => point !== null && 'unreadable' in point);
  if (unreadable && 'unreadable' in unreadable) return { state: 'unknown', words: unreadable.unreadable };
  const points = read
    .filter((point): point is Point => point !== null && 'kind' in point)
    .sort((a, b) => comparePoints(order, a, b));
  const { start, end } = findInterval(order, installed, points);
  return start === null
    ? { state: 'not_affected', words: '' }
    : { state: 'affected', words: describeRange(start, end) };
}

/** Walks the points upwards: the last start below the version, unless an end lies between them, and the end above it. */
function findInterval(
  { compare }: VersionScheme<unknown>,
  installed: unknown,
  points: readonly Point[],
): { start: Point | null; end: Point | null } {
  let start: Point | null = null;
  for (const point of points) {
    const side = point.version === null ? 1 : compare(installed, point.version);
    const isReached = point.kind === 'last_affected' ? side > 0 : side >= 0;
    if (isReached) start = point.kind === 'introduced' ? point : null;
    else if (point.kind !== 'introduced') return { start, end: point };
  }
  return { start, end: null };
}

function describeRange(start: Point, end: Point | null): string {
  const from = start.version === null ? '' : `≥ introduced ${start.text}, `;
  if (end === null) return `${from}no fixed version yet`;
  return end.kind === 'fixed' ? `${from}< fixed ${end.text}` : `${from}≤ last affected ${end.text}`;
}

function readPoint({ parse }: VersionScheme<unknown>, event: RangeEvent): Point | { unreadable: string } | null {
  for (const kind of ['introduced', 'fixed', 'last_affected'] as const) {
    const text = event[kind];
    if (text === undefined) continue;
    if (kind === 'introduced' && text === '0') return { kind, text, version: null };
    const version = parse(text);
    return version === null ? { unreadable: text } : { kind, text, version };
  }
  return null;
}

/** By version; at the same version an end comes before a start, so that a range that is reopened stays open. */
function comparePoints({ compare }: VersionScheme<unknown>, a: Point, b: Point): number {
  if (a.version === null || b.version === null) return Number(b.version === null) - Number(a.version === null);
  return compare(a.version, b.version) || Number(a.kind === 'introduced') - Number(b.kind === 'introduced');
}

/** The lowest fixed version above the installed one. */
function nextFix(
  { parse, compare }: VersionScheme<unknown>,
  installed: unknown,
  ranges: readonly VersionRange[],
): string | null {
  let best: { text: string; version: unknown } | null = null;
  for (const { type, events } of ranges) {
    if (!JUDGED.includes(type)) continue;
    for (const { fixed } of events) {
      const version = fixed === undefined ? null : parse(fixed);
      if (fixed === undefined || version === null || compare(version, installed) <= 0) continue;
      if (best === null || compare(version, best.version) < 0) best = { text: fixed, version };
    }
  }
  return best?.text ?? null;
}
