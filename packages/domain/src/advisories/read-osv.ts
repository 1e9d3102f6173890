import type { Advisory, Affected, RangeEvent } from './advisory.ts';
import {
  checkedRecord,
  checkedRecords,
  checkedText,
  checkedTexts,
  checkedTime,
  neededText,
  RECORD_LIMITS,
} from './checked-fields.ts';
import { platformOf } from './csaf/csaf-platform.ts';
import { asRecord, textOf } from './read-fields.ts';
import { readReferences } from './read-references.ts';
import { type AdvisoryRecord, type Rule, ruleOf } from './rule.ts';

/** Distributions whose OSV records speak of source packages; the others name what is installed. */
const BY_SOURCE = ['Debian', 'Ubuntu', 'Alpine', 'Rocky Linux', 'SUSE', 'openSUSE', 'Chainguard', 'Wolfi'];
const { aliases: ALIASES, affected: AFFECTED, id: ID, name: NAME, version: VERSION } = RECORD_LIMITS;

/**
 * One record of OSV (https://ossf.github.io/osv-schema/).
 * @returns null for what is no such record: it has no id, or neither says when it changed nor what is affected.
 * @throws RecordRefused
 */
export function readOsv(record: Record<string, unknown>): AdvisoryRecord[] | null {
  if (textOf(record, 'id') === null) return null;
  if (!Array.isArray(record['affected']) && textOf(record, 'modified') === null) return null;
  const id = neededText(record, 'id', ID);
  const aliases = checkedTexts(record, 'aliases', ALIASES, NAME);
  const upstream = checkedTexts(record, 'upstream', ALIASES, NAME);
  const related = checkedTexts(record, 'related', ALIASES, NAME);
  const affected = checkedRecords(record, 'affected', AFFECTED);
  const severities = [record, ...affected].flatMap(readSeverities);
  const advisory: Advisory = {
    id,
    aliases,
    vulnerabilities: nameVulnerabilities(id, [...aliases, ...upstream], related),
    summary: textOf(record, 'summary')?.slice(0, 1000) ?? '',
    published: checkedTime(record, 'published'),
    modified: checkedTime(record, 'modified'),
    withdrawn: checkedTime(record, 'withdrawn'),
    vectors: severities.filter(({ type }) => type.startsWith('CVSS_')),
    severity: severities.find(({ type }) => !type.startsWith('CVSS_'))?.vector.toLowerCase() ?? null,
    references: readReferences(record),
    is_exploited: false,
  };
  return [{ advisory, rules: affected.flatMap((each) => readRule(advisory, each)) }];
}

function readSeverities(record: Record<string, unknown>): Advisory['vectors'] {
  return checkedRecords(record, 'severity', RECORD_LIMITS.severities).map((each) => ({
    type: neededText(each, 'type', NAME),
    vector: neededText(each, 'score', RECORD_LIMITS.vector),
  }));
}

/** An entry without a package is about a repository's commits, which no package manager installs. */
function readRule(advisory: Advisory, record: Record<string, unknown>): Rule[] {
  const named = checkedRecord(record, 'package');
  if (named === null) return [];
  const ecosystem = neededText(named, 'ecosystem', NAME);
  // SUSE's modules and flavours are one system, whose name in its own documents is the same with a space for the colon.
  const system = /^(open)?SUSE:/.test(ecosystem) ? platformOf(null, ecosystem.replace(':', ' ')) : null;
  const affected: Affected = {
    ecosystem: system?.name ?? ecosystem,
    package: neededText(named, 'name', NAME),
    ranges: checkedRecords(record, 'ranges', RECORD_LIMITS.ranges).map((range) => ({
      type: neededText(range, 'type', NAME),
      events: checkedRecords(range, 'events', RECORD_LIMITS.events).map(readEvent),
    })),
    versions: checkedTexts(record, 'versions', RECORD_LIMITS.versions, VERSION),
    severity: readUrgency(record['ecosystem_specific']),
  };
  const names = BY_SOURCE.includes(ecosystem.split(':')[0] ?? '') ? 'source' : 'binary';
  return [ruleOf('osv', advisory, affected, { names })];
}

/** What is specific to an ecosystem may be anything; Debian writes its own word for the severity there. */
function readUrgency(specific: unknown): string | null {
  const urgency = textOf(asRecord(specific), 'urgency');
  return urgency === null || urgency.length > NAME ? null : urgency.toLowerCase();
}

function readEvent(event: Record<string, unknown>): RangeEvent {
  const read: RangeEvent = {};
  for (const kind of ['introduced', 'fixed', 'last_affected', 'limit'] as const) {
    const text = checkedText(event, kind, VERSION);
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
