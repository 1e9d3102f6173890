import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** What GitHub has reviewed, of all ecosystems of languages, in the OSV format. */
export const ghsa = {
  id: 'ghsa',
  title: 'GitHub Advisory Database',
  homepage: 'https://github.com/advisories',
  default_source: 'https://github.com/github/advisory-database/archive/refs/heads/main.zip',
  // The others, ten times as many, name no package.
  files: /\/github-reviewed\//,
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^(npm|maven|nuget|rubygems|packagist|pub|hex|swifturl)$/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
