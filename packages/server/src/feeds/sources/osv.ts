import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisoryRecord } from '@fleetmend/domain/advisories/rule.ts';
import type { FeedSource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Advisories in the OSV format, of any ecosystem, as osv.dev serves them (`Debian/all.zip`). https://ossf.github.io/osv-schema/ */
export const osv = {
  id: 'osv',
  title: 'OSV database',
  homepage: 'https://osv.dev/',
  default_source: 'https://osv-vulnerabilities.storage.googleapis.com/Debian/all.zip',
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 3_000_000,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies FeedSource<AdvisoryRecord>;
