import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** What each release of Alpine has fixed, by source package: its own files (secdb), or the OSV database’s archive of all of them. */
export const alpine = {
  id: 'alpine',
  title: 'Alpine security database',
  homepage: 'https://security.alpinelinux.org/',
  default_source: osvArchive('Alpine'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^alpine:/,
  parse: parseDocuments(ADVISORY_FORMS.secdb, ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
