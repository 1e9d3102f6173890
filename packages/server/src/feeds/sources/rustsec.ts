import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Advisories about crates, in the OSV format or in RustSec’s own as JSON. */
export const rustsec = {
  id: 'rustsec',
  title: 'RustSec Advisory Database',
  homepage: 'https://rustsec.org/',
  default_source: 'https://github.com/rustsec/advisory-db/archive/refs/heads/osv.zip',
  files: /\/crates\//,
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^crates\.io$/,
  parse: parseDocuments(ADVISORY_FORMS.rustsec, ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
