import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { parseDocuments } from '../parse-advisories.ts';

const PRODUCTS = ['macos', 'ios', 'tvos', 'watchos', 'visionos', 'safari'];

/** What Apple’s updates fix, as macadmins collect it: a document for each product. https://sofa.macadmins.io/ */
export const apple = {
  id: 'apple',
  title: 'Apple security releases (SOFA)',
  homepage: 'https://support.apple.com/100100',
  default_source: PRODUCTS.map((each) => `https://sofafeed.macadmins.io/v2/${each}_data_feed.json`).join(' '),
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 100_000,
  platforms: /^(macos|ios|ipados|tvos|watchos|visionos)\b/,
  parse: parseDocuments(ADVISORY_FORMS.sofa, ADVISORY_FORMS.apple_cve),
} as const satisfies AdvisorySource;
