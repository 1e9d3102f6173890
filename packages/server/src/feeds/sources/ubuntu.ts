import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Ubuntu’s notices and what it says of each CVE (`USN-…`, `UBUNTU-CVE-…`), in the OSV format, by source package. */
export const ubuntu = {
  id: 'ubuntu',
  title: 'Ubuntu security notices',
  homepage: 'https://ubuntu.com/security/notices',
  default_source: osvArchive('Ubuntu'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 1_000_000,
  platforms: /^ubuntu:/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
