import { RecordRefused } from '@fleetmend/domain/advisories/checked-fields.ts';
import { type KevEntry, readKevEntry } from '@fleetmend/domain/advisories/read-kev.ts';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedHeader, FeedSource } from '../feed-source.ts';
import { jsonValues } from '../json-records.ts';

/** CISA's catalogue of vulnerabilities that are known to be exploited. Schema: cisagov/kev-data, JSON schema 1.0. */
export const kev = {
  id: 'kev',
  title: 'CISA Known Exploited Vulnerabilities',
  homepage: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
  default_source: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  interval_minutes: 60,
  max_age_hours: 48,
  // It comes out several times a week, and seldom over holidays.
  max_published_hours: 14 * 24,
  max_records: 100_000,
  async *parse(bytes, tell) {
    for await (const values of jsonValues(bytes, {
      records: '$.vulnerabilities.*',
      members: ['$.catalogVersion', '$.dateReleased', '$.count'],
    })) {
      const entries: KevEntry[] = [];
      for (const { name, value } of values) {
        if (name === 'catalogVersion' && typeof value === 'string') tell({ data_version: value.slice(0, 100) });
        else if (name === 'dateReleased') tell(readRelease(value));
        else if (name === 'count' && typeof value === 'number') tell({ count: value });
        else if (name === null) entries.push(readEntry(value));
      }
      yield entries;
    }
  },
} as const satisfies FeedSource<KevEntry>;

function readRelease(value: unknown): FeedHeader {
  const time = typeof value === 'string' ? Date.parse(value.slice(0, 40)) : Number.NaN;
  return Number.isNaN(time) ? {} : { published_at: new Date(time).toISOString() };
}

function readEntry(value: unknown): KevEntry {
  try {
    return readKevEntry(value);
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error;
    throw new FeedRefused(`An entry is not as CISA's schema says: ${error.message}`);
  }
}
