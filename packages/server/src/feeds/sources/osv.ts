import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Advisories in the OSV format, of any ecosystem, as osv.dev serves them. https://ossf.github.io/osv-schema/ */
export const osv = {
  id: 'osv',
  title: 'OSV database',
  homepage: 'https://osv.dev/',
  default_source: osvArchive('Debian'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 3_000_000,
  platforms: null,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
