import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Rocky Linux’s advisories in the OSV format. */
export const rocky = {
  id: 'rocky',
  title: 'Rocky Linux errata',
  homepage: 'https://errata.rockylinux.org/',
  default_source: osvArchive('Rocky Linux'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^rocky linux:/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
