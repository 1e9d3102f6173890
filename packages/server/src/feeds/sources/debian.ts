import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseMembers } from '../parse-advisories.ts';

/** What Debian says of each vulnerability in each of its releases, by source package, fixed or not and why not. */
export const debian = {
  id: 'debian',
  title: 'Debian security tracker',
  homepage: 'https://security-tracker.debian.org/',
  default_source: 'https://security-tracker.debian.org/tracker/data/json',
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 1_000_000,
  platforms: /^debian /,
  parse: parseMembers(ADVISORY_FORMS.debian_tracker),
} as const satisfies AdvisorySource;
