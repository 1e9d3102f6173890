import { asRecord, recordsOf, textOf, textsOf } from './read-fields.ts';
import { type AdvisoryRecord, fixRecord, type UnfixedState } from './rule.ts';

/** Platforms of Trivy's database that go by the source package. */
const BY_SOURCE = /^(debian|ubuntu|alpine|photon|cbl-mariner|azure linux|wolfi|chainguard|openeuler)\b/i;

/** Trivy's numbers for the state of a fix (trivy-db `pkg/types/status.go`); 1 is "not affected", 2 and 3 say nothing more. */
const NOT_AFFECTED = 1;
const STATUS: Record<number, UnfixedState> = {
  4: 'under_investigation',
  5: 'will_not_fix',
  6: 'fix_deferred',
  7: 'end_of_life',
};

/**
 * The server repository of each major release in the table of CPEs of Trivy's test database, by the number its Red Hat
 * entries use for it: a machine that names no repository is taken to use this one.
 */
export const RED_HAT_REPOSITORIES: Readonly<Record<string, number>> = { 6: 857, 7: 869, 8: 1076 };

/** What one entry of a Trivy database written as JSON (`path`, `id`, advisory) says; null for what is none. */
export function readTrivy(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const [platform, name] = textsOf(record, 'path');
  const id = textOf(record, 'id');
  if (platform === undefined || name === undefined || id === null) return null;
  const entries = recordsOf(record, 'Entries');
  if (platform === 'Red Hat') return entries.flatMap((entry) => readRedHat(id, name, entry));
  const names = BY_SOURCE.test(platform) ? 'binaries_of_source' : 'binary';
  // Entries, where there are any, say the same again for each architecture.
  return (entries.length > 0 ? entries : [record]).flatMap((entry) => {
    if (statusOf(entry) === NOT_AFFECTED || statusOf(record) === NOT_AFFECTED) return [];
    const vendor_ids = [...textsOf(record, 'VendorIDs'), ...textsOf(entry, 'VendorIDs')];
    const fixed = textOf(entry, 'FixedVersion');
    const more = { names, architectures: architecturesOf(entry), unfixed: unfixedOf(entry), vendor_ids } as const;
    return [fixRecord('trivy', { id, vulnerabilities: [id], platform, name, fixed }, more)];
  });
}

/** One record for each repository an entry holds for: `Red Hat 857`. */
function readRedHat(id: string, name: string, entry: Record<string, unknown>): AdvisoryRecord[] {
  if (statusOf(entry) === NOT_AFFECTED) return [];
  const cves = recordsOf(entry, 'Cves').flatMap((cve) => textOf(cve, 'ID') ?? []);
  const repositories = Array.isArray(entry['Affected']) ? entry['Affected'] : [];
  return repositories.flatMap((repository) => {
    if (typeof repository !== 'number') return [];
    const platform = `Red Hat ${repository}`;
    const vulnerabilities = cves.length > 0 ? cves : [id];
    const fixed = textOf(entry, 'FixedVersion');
    const more = { architectures: architecturesOf(entry), unfixed: unfixedOf(entry) };
    return fixRecord('trivy', { id, vulnerabilities, platform, name, fixed }, more);
  });
}

function architecturesOf(entry: Record<string, unknown>): string[] | null {
  const named = textsOf(entry, 'Arches');
  return named.length > 0 ? named : null;
}

function statusOf(entry: Record<string, unknown>): number {
  const status = asRecord(entry)?.['Status'];
  return typeof status === 'number' ? status : 0;
}

function unfixedOf(entry: Record<string, unknown>): UnfixedState {
  return STATUS[statusOf(entry)] ?? 'unfixed';
}
