import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { osvArchive } from '../osv-archive.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Advisories about packages of Python, in the OSV format. */
export const pypi = {
  id: 'pypi',
  title: 'Python Packaging Advisory Database',
  homepage: 'https://github.com/pypa/advisory-database',
  default_source: osvArchive('PyPI'),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^pypi$/,
  parse: parseDocuments(ADVISORY_FORMS.osv),
} as const satisfies AdvisorySource;
