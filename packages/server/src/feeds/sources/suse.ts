import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/**
 * SUSE’s and openSUSE’s advisories: as CSAF and VEX where the operator names a mirror of them, else the OSV database’s archive
 * of the same, since SUSE packs its own with bzip2. https://www.suse.com/support/security/csaf/
 */
export const suse = {
  id: 'suse',
  title: 'SUSE security updates',
  homepage: 'https://www.suse.com/support/security/',
  default_source: `${osvArchive('SUSE')} ${osvArchive('openSUSE')}`,
  files: /\.json$/,
  limits: { inflated_bytes: 64 * 1024 ** 3, ratio: 1000, seconds: 3600 },
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 500_000,
  platforms: /^(suse linux enterprise|opensuse)\b/,
  parse: parseDocuments(ADVISORY_FORMS.csaf, ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
