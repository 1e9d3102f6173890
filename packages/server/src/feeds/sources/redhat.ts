import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/**
 * Red Hat’s advisories as CSAF, by binary package, module and line of builds. Its VEX documents, one for each CVE, are of the
 * same form and many times as many: they are read where the operator names them. https://security.access.redhat.com/data/csaf/v2/
 */
export const redhat = {
  id: 'redhat',
  title: 'Red Hat security advisories',
  homepage: 'https://access.redhat.com/security/data',
  default_source: 'https://security.access.redhat.com/data/csaf/v2/advisories/archive_latest.txt',
  sidecars: ['.sha256', '.asc'],
  // Beside the documents an archive holds lists of them.
  files: /\.json$/,
  // Its documents repeat themselves: they are packed more tightly than those of others, and are many.
  limits: { inflated_bytes: 64 * 1024 ** 3, ratio: 1000, seconds: 3600 },
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 500_000,
  platforms: /^redhat /,
  parse: parseDocuments(ADVISORY_FORMS.csaf),
} as const satisfies AdvisorySource;
