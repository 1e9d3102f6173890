import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseLines } from '../parse-advisories.ts';

const LISTS = 'https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data';

/** The lists of DSA and DLA: which advisory fixed what. */
export const debian_dsa = {
  id: 'debian-dsa',
  title: 'Debian security advisories',
  homepage: 'https://www.debian.org/security/',
  default_source: `${LISTS}/DSA/list ${LISTS}/DLA/list`,
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^debian /,
  parse: parseLines(ADVISORY_FORMS.dsa_list),
} as const satisfies AdvisorySource;
