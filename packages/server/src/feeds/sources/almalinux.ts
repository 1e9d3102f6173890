import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** AlmaLinux’s advisories in the OSV format, by binary package and module. */
export const almalinux = {
  id: 'almalinux',
  title: 'AlmaLinux errata',
  homepage: 'https://errata.almalinux.org/',
  default_source: osvArchive('AlmaLinux'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^almalinux:/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
