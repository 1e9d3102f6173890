import type { Affected, RangeEvent } from './advisory.ts';
import { asRecord, recordsOf, textOf, textsOf } from './read-fields.ts';
import type { Rule } from './rule.ts';

/** Distributions whose OSV records speak of source packages; the others name what is installed. */
const BY_SOURCE = ['Debian', 'Ubuntu', 'Alpine', 'Rocky Linux', 'Chainguard', 'Wolfi'];
const CVE = /^CVE-[0-9]{4}-[0-9]{4,}$/;

/**
 * The rules of one record of OSV (https://ossf.github.io/osv-schema/).
 * @returns null for what is no such record: it has no id, or nothing affected is named.
 */
export function readOsv(record: Record<string, unknown>): Rule[] | null {
  const id = textOf(record, 'id');
  if (id === null || (!Array.isArray(record['affected']) && textOf(record, 'withdrawn') === null)) return null;
  // Vendors put the CVEs in `upstream` or `related`; those of `related` count only where the record is no CVE's alias.
  const named = [id, ...textsOf(record, 'aliases'), ...textsOf(record, 'upstream')].filter((each) => CVE.test(each));
  const vulnerabilities = named.length > 0 ? named : textsOf(record, 'related').filter((each) => CVE.test(each));
  const advisory = {
    id,
    vulnerabilities: [...new Set(vulnerabilities)].sort(),
    published: textOf(record, 'published'),
    modified: textOf(record, 'modified'),
    withdrawn: textOf(record, 'withdrawn'),
  };
  return recordsOf(record, 'affected').flatMap((each): Rule[] => {
    const affected = readAffected(each);
    if (affected === null) return [];
    const [base = ''] = affected.ecosystem.split(':');
    const names = BY_SOURCE.includes(base) ? 'source' : 'binary';
    return [{ feed: 'osv', advisory, affected, names, architectures: null, unfixed: 'unfixed', vendor_ids: [] }];
  });
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
  return { ecosystem, package: name, ranges, versions: textsOf(record, 'versions'), severity: null };
}

function readEvent(event: Record<string, unknown>): RangeEvent {
  const read: RangeEvent = {};
  for (const kind of ['introduced', 'fixed', 'last_affected', 'limit'] as const) {
    const text = textOf(event, kind);
    if (text !== null) read[kind] = text;
  }
  return read;
}
