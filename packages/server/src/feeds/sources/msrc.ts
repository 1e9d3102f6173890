import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

/** Microsoft’s monthly documents (CVRF as JSON), as far as they speak of Windows itself. https://api.msrc.microsoft.com/cvrf/v3.0 */
export const msrc = {
  id: 'msrc',
  title: 'Microsoft security updates',
  homepage: 'https://msrc.microsoft.com/update-guide',
  default_source: 'https://api.msrc.microsoft.com/cvrf/v3.0/cvrf/{month:2018-01}',
  limits: { inflated_bytes: 8 * 1024 ** 3, seconds: 3600 },
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 300_000,
  platforms: /^windows\b/,
  parse: parseDocuments(ADVISORY_FORMS.msrc),
} as const satisfies AdvisorySource;
