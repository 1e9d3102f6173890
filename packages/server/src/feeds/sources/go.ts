import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Advisories about modules of Go, in the OSV format. https://go.dev/doc/security/vuln/database */
export const go = {
  id: 'go',
  title: 'Go Vulnerability Database',
  homepage: 'https://pkg.go.dev/vuln/',
  default_source: 'https://vuln.go.dev/vulndb.zip',
  // Beside the records stand indexes of them.
  files: /(^|\/)ID\/[^/]+$/,
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^go$/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
