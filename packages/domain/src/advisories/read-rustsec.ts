import { compareSemver, parseSemver } from '../versions/semver.ts';
import { plainAdvisory, type RangeEvent, typeVectors } from './advisory.ts';
import { checkedText, checkedTexts, checkedTime, RECORD_LIMITS } from './checked-fields.ts';
import { asRecord, textOf } from './read-fields.ts';
import { type AdvisoryRecord, ruleOf } from './rule.ts';

/** Versions from `from` on and below `until`; null is without end. */
interface Span {
  from: string;
  until: string | null;
}

/**
 * An advisory of RustSec in its own form (https://github.com/rustsec/advisory-db#advisory-format): affected is
 * what is neither patched nor unaffected. Returns null for what is no such advisory. @throws RecordRefused
 */
export function readRustsec(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const about = asRecord(record['advisory']);
  const versions = asRecord(record['versions']);
  const id = checkedText(about, 'id', RECORD_LIMITS.id);
  const name = checkedText(about, 'package', RECORD_LIMITS.name);
  if (id === null || name === null || versions === null) return null;
  const aliases = checkedTexts(about, 'aliases', RECORD_LIMITS.aliases, RECORD_LIMITS.id);
  const cves = [id, ...aliases].filter((alias) => alias.startsWith('CVE-'));
  const advisory = plainAdvisory(id, cves.length > 0 ? cves : [id], {
    aliases,
    summary: (textOf(record, 'title') ?? '').slice(0, 1000),
    published: checkedTime(about, 'date'),
    withdrawn: checkedTime(about, 'withdrawn'),
    vectors: typeVectors([textOf(about, 'cvss')]),
  });
  const spans = [...requirements(versions, 'patched'), ...requirements(versions, 'unaffected')].map(readRequirement);
  // A requirement that cannot be read would make everything look affected: nothing is said rather than that.
  if (spans.some((span) => span === null)) return [{ advisory, rules: [] }];
  const affected = {
    ecosystem: 'crates.io',
    package: name,
    ranges: [{ type: 'SEMVER', events: outside(spans.filter((span) => span !== null)) }],
    versions: [],
    severity: null,
  };
  return [{ advisory, rules: [ruleOf('rustsec', advisory, affected)] }];
}

/** A few hundred releases at most; each is held against each, so their number is small. */
function requirements(versions: Record<string, unknown>, name: string): string[] {
  return checkedTexts(versions, name, 500, RECORD_LIMITS.version);
}

const PART = /^\s*(>=|<=|>|<|=|\^|~)?\s*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(-[0-9A-Za-z.-]+)?(?:\+\S+)?\s*$/;

/** One requirement of Cargo (https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html), or null. */
function readRequirement(text: string): Span | null {
  let span: Span = { from: '0', until: null };
  for (const part of text.split(',')) {
    const match = PART.exec(part);
    if (match === null) return null;
    span = { ...span, ...readPart(match) };
  }
  return span;
}

function readPart([, operator = '^', major = '0', minor, patch, pre = '']: RegExpExecArray): Partial<Span> {
  const core = `${major}.${minor ?? 0}`;
  const low = `${core}.${patch ?? 0}${pre}`;
  // The first version after this one; `-0` is the lowest pre-release there is.
  const after = pre === '' ? `${core}.${Number(patch ?? 0) + 1}-0` : `${low}.0`;
  const nextMinor = minor === undefined ? `${Number(major) + 1}.0.0-0` : `${major}.${Number(minor) + 1}.0-0`;
  const spans: Record<string, Partial<Span>> = {
    '>=': { from: low },
    '>': { from: after },
    '<': { until: low },
    '<=': { until: after },
    '=': { from: low, until: after },
    '~': { from: low, until: nextMinor },
  };
  return spans[operator] ?? { from: low, until: caretEnd(Number(major), minor, patch) };
}

function caretEnd(major: number, minor: string | undefined, patch: string | undefined): string {
  if (major > 0 || minor === undefined) return `${major + 1}.0.0-0`;
  if (Number(minor) > 0 || patch === undefined) return `0.${Number(minor) + 1}.0-0`;
  return `0.0.${Number(patch) + 1}-0`;
}

/** The events of what lies outside all spans: their points sort themselves when they are judged. */
function outside(spans: readonly Span[]): RangeEvent[] {
  const events: RangeEvent[] = spans.some(({ from }) => from === '0') ? [] : [{ introduced: '0' }];
  for (const { from, until } of spans) {
    if (from !== '0') events.push({ fixed: from });
    if (until !== null && !spans.some((other) => holds(other, until))) events.push({ introduced: until });
  }
  return events;
}

/** Whether a span holds the version: where one ends inside another, nothing is affected yet. */
function holds({ from, until }: Span, text: string): boolean {
  const version = parseSemver(text);
  const first = parseSemver(from);
  const end = until === null ? null : parseSemver(until);
  if (version === null) return false;
  return (first === null || compareSemver(first, version) <= 0) && (end === null || compareSemver(version, end) < 0);
}
