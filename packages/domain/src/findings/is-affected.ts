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

/** Distributions list versions as they write them; elsewhere `1.0` and `1.0.0` may be one version. */
export const LISTED_BY_TEXT: readonly VersionSchemeName[] = ['deb', 'rpm', 'apk'];

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

  const { ranges, fixes, isListed } = readEntry(order, affected, LISTED_BY_TEXT.includes(scheme));
  const fixed_version = fixes.find(({ version }) => order.compare(version, installed) > 0)?.text ?? null;
  for (const range of ranges) {
    const { start, end } = 'unreadable' in range ? NOWHERE : findInterval(order, installed, range.points);
    if (start === null) continue;
    const words = describeRange(start, end);
    return { ...verdict('affected', 'range', `${subject} ${software.source_version}: ${words}`), fixed_version };
  }
  if (isListed(software.source_version, installed)) {
    return {
      ...verdict('affected', 'version_list', `${subject} ${software.source_version} is listed in ${advisory.id}`),
      fixed_version,
    };
  }
  const doubtful = ranges.find((range) => 'unreadable' in range);
  if (doubtful !== undefined) return unreadable(doubtful.unreadable);
  return verdict('not_affected', 'range', `${subject} ${software.source_version} is in no range of ${advisory.id}`);
}

function verdict(state: Verdict['state'], rule: Verdict['rule'], detail: string): Verdict {
  return { state, rule, detail, fixed_version: null };
}

function unreadable(version: string): Verdict {
  return verdict('unknown', 'unreadable_version', `the version ${version} cannot be read`);
}

/** Where a range begins or ends. */
export interface Point<V> {
  kind: 'introduced' | 'fixed' | 'last_affected';
  text: string;
  /** Null is before every version: OSV's `introduced: "0"`. */
  version: V | null;
}

const NOWHERE = { start: null, end: null };

/** An entry of an advisory, read once for all versions that are held against it. */
interface ReadEntry<V> {
  /** The points of each range in their order; of one with a version that cannot be read, that version. */
  ranges: ({ points: Point<V>[] } | { unreadable: string })[];
  /** The versions that end it, the lowest first. */
  fixes: { text: string; version: V }[];
  isListed(text: string, version: V): boolean;
}

/** Reads an entry's versions in an order; `byText`: a listed version is its text and not whatever equals it. */
export function readEntry<V>(order: VersionScheme<V>, { ranges, versions }: Affected, byText: boolean): ReadEntry<V> {
  const judged = ranges.filter(({ type }) => JUDGED.includes(type));
  const texts = new Set(versions);
  // Versions of some orders are lists themselves, which flatMap would take apart.
  const listed = byText ? [] : versions.map(order.parse).filter((each) => each !== null);
  return {
    ranges: judged.map((range) => readRange(order, range)),
    fixes: judged.flatMap(({ events }) => readFixes(order, events)).sort((a, b) => order.compare(a.version, b.version)),
    isListed: (text, version) => texts.has(text) || listed.some((each) => order.compare(each, version) === 0),
  };
}

function readRange<V>(order: VersionScheme<V>, { events }: VersionRange): ReadEntry<V>['ranges'][number] {
  const points: Point<V>[] = [];
  for (const event of events) {
    const point = readPoint(order, event);
    if (point === null) continue;
    if ('unreadable' in point) return point;
    points.push(point);
  }
  return { points: points.sort((a, b) => comparePoints(order, a, b)) };
}

function readFixes<V>({ parse }: VersionScheme<V>, events: readonly RangeEvent[]): ReadEntry<V>['fixes'] {
  return events.flatMap(({ fixed: text }) => {
    const version = text === undefined ? null : parse(text);
    return text === undefined || version === null ? [] : [{ text, version }];
  });
}

/** Walks the points upwards: the last start below the version, unless an end lies between them, and the end above it. */
export function findInterval<V>(
  { compare }: VersionScheme<V>,
  installed: V,
  points: readonly Point<V>[],
): { start: Point<V> | null; end: Point<V> | null } {
  let start: Point<V> | null = null;
  for (const point of points) {
    const side = point.version === null ? 1 : compare(installed, point.version);
    const isReached = point.kind === 'last_affected' ? side > 0 : side >= 0;
    if (isReached) start = point.kind === 'introduced' ? point : null;
    else if (point.kind !== 'introduced') return { start, end: point };
  }
  return { start, end: null };
}

function describeRange(start: Point<unknown>, end: Point<unknown> | null): string {
  const from = start.version === null ? '' : `≥ introduced ${start.text}, `;
  if (end === null) return `${from}no fixed version yet`;
  return end.kind === 'fixed' ? `${from}< fixed ${end.text}` : `${from}≤ last affected ${end.text}`;
}

function readPoint<V>({ parse }: VersionScheme<V>, event: RangeEvent): Point<V> | { unreadable: string } | null {
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
function comparePoints<V>({ compare }: VersionScheme<V>, a: Point<V>, b: Point<V>): number {
  if (a.version === null || b.version === null) return Number(b.version === null) - Number(a.version === null);
  return compare(a.version, b.version) || Number(a.kind === 'introduced') - Number(b.kind === 'introduced');
}
