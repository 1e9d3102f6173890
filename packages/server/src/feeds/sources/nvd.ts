import { ADVISORY_FORMS } from '@fleetmend/domain/advisories/advisory-forms.ts';
import { FeedRefused } from '../feed-errors.ts';
import type { AdvisorySource } from '../feed-source.ts';
import { type JsonValue, jsonValues } from '../json-records.ts';
import { readRecord } from '../parse-advisories.ts';

/**
 * NVD in the form of its API 2.0, a file a year. Its ranges are of CPE names, which no machine states of its own software, so
 * the operator says whether its scores and texts are wanted. https://nvd.nist.gov/vuln/data-feeds
 */
export const nvd = {
  id: 'nvd',
  title: 'National Vulnerability Database',
  homepage: 'https://nvd.nist.gov/',
  default_source: 'https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{year:2002}.json.gz',
  limits: { inflated_bytes: 8 * 1024 ** 3, seconds: 3600 },
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 2_000_000,
  platforms: null,
  // A year is a document of hundreds of megabytes: it is read a vulnerability at a time.
  async *parse(bytes, tell) {
    let seen = 0;
    let stated = 0;
    for await (const values of jsonValues(bytes, {
      records: '$.vulnerabilities.*',
      members: ['$.format', '$.timestamp', '$.resultsPerPage'],
    })) {
      const found = values.filter(({ name }) => name === null);
      seen += found.length;
      stated = values.reduce((before, value) => readMember(value, tell) ?? before, stated);
      yield found.flatMap(({ value }) => readRecord([ADVISORY_FORMS.nvd], value, ''));
    }
    if (stated !== seen) throw new FeedRefused(`A file of it says that it holds ${stated} records, and holds ${seen}.`);
  },
} as const satisfies AdvisorySource;

/** Takes in what a file says of itself. @returns how many records it states, where this is that */
function readMember({ name, value }: JsonValue, tell: Parameters<AdvisorySource['parse']>[1]): number | null {
  if (name === 'format' && value !== 'NVD_CVE') throw new FeedRefused('It is not in the form of NVD’s API 2.0.');
  const time = name === 'timestamp' && typeof value === 'string' ? Date.parse(`${value.slice(0, 30)}Z`) : Number.NaN;
  if (!Number.isNaN(time)) tell({ published_at: new Date(time).toISOString() });
  return name === 'resultsPerPage' && typeof value === 'number' ? value : null;
}
