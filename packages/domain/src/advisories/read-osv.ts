import type { Advisory, Affected, RangeEvent } from './advisory.ts';
import { asRecord, recordsOf, textOf, textsOf } from './read-fields.ts';
import { type AdvisoryRecord, type Rule, ruleOf } from './rule.ts';

/** Distributions whose OSV records speak of source packages; the others name what is installed. */
const BY_SOURCE = ['Debian', 'Ubuntu', 'Alpine', 'Rocky Linux', 'Chainguard', 'Wolfi'];

/**
 * One record of OSV (https://ossf.github.io/osv-schema/).
 * @returns null for what is no such record: it has no id, or nothing affected is named.
 */
export function readOsv(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const id = textOf(record, 'id');
  if (id === null || (!Array.isArray(record['affected']) && textOf(record, 'withdrawn') === null)) return null;
  const affected = recordsOf(record, 'affected');
  const aliases = textsOf(record, 'aliases');
  const severities = [record, ...affected].flatMap((each) => recordsOf(each, 'severity'));
  const isVector = (each: Record<string, unknown>) => textOf(each, 'type')?.startsWith('CVSS_') === true;
  const word = severities.find((each) => !isVector(each));
  const advisory: Advisory = {
    id,
    aliases,
    vulnerabilities: nameVulnerabilities(id, [...aliases, ...textsOf(record, 'upstream')], textsOf(record, 'related')),
    summary: textOf(record, 'summary')?.slice(0, 1000) ?? '',
    published: textOf(record, 'published'),
    modified: textOf(record, 'modified'),
    withdrawn: textOf(record, 'withdrawn'),
    vectors: severities
      .filter(isVector)
      .map((each) => ({ type: textOf(each, 'type') ?? '', vector: textOf(each, 'score') ?? '' })),
    severity: textOf(word ?? null, 'score')?.toLowerCase() ?? null,
    is_exploited: false,
  };
  return [{ advisory, rules: affected.flatMap((each) => readRule(advisory, each)) }];
}

/** An entry without a package is about a repository's commits, which no package manager installs. */
function readRule(advisory: Advisory, record: Record<string, unknown>): Rule[] {
  const affected = readAffected(record);
  if (affected === null) return [];
  const [base = ''] = affected.ecosystem.split(':');
  const names = BY_SOURCE.includes(base) ? 'source' : 'binary';
  return [ruleOf('osv', advisory, affected, { names })];
}

function readAffected(record: Record<string, unknown>): Affected | null {
  const named = asRecord(record['package']);
  const ecosystem = textOf(named, 'ecosystem');
  const name = textOf(named, 'name');
  if (ecosystem === null || name === null) return null;
  const ranges = recordsOf(record, 'ranges').map((range) => ({
    type: textOf(range, 'type') ?? '',
    events: recordsOf(range, 'events').map(readEvent),
  }));
  const severity = textOf(asRecord(record['ecosystem_specific']), 'urgency')?.toLowerCase() ?? null;
  return { ecosystem, package: name, ranges, versions: textsOf(record, 'versions'), severity };
}

function readEvent(event: Record<string, unknown>): RangeEvent {
  const read: RangeEvent = {};
  for (const kind of ['introduced', 'fixed', 'last_affected', 'limit'] as const) {
    const text = textOf(event, kind);
    if (text !== null) read[kind] = text;
  }
  return read;
}

/**
 * The CVE ids of a record: its own (`CVE-…`, `DEBIAN-CVE-…`), its aliases and what it says is upstream of it. Distributions
 * wrote them into `related` before `upstream` existed, so that counts where nothing else names one. Else it stands for itself.
 */
function nameVulnerabilities(id: string, named: readonly string[], related: readonly string[]): string[] {
  const own = [id, ...named].flatMap((text) => /(?:^|-)(CVE-\d{4}-\d{4,19})$/.exec(text)?.[1] ?? []);
  const cves = own.length > 0 ? own : related.filter((text) => /^CVE-\d{4}-\d{4,19}$/.test(text));
  return cves.length > 0 ? [...new Set(cves)].sort() : [id];
}
