import { z } from 'zod';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedSource } from '../feed-source.ts';
import { jsonValues } from '../json-records.ts';

const entry = z
  .object({
    cveID: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
    vendorProject: z.string().max(500),
    product: z.string().max(500),
    vulnerabilityName: z.string().max(1000),
    dateAdded: z.iso.date(),
    dueDate: z.iso.date().nullish(),
    requiredAction: z.string().max(10_000),
    knownRansomwareCampaignUse: z.enum(['Known', 'Unknown']).default('Unknown'),
  })
  .transform((each) => ({
    cve: each.cveID,
    vendor: each.vendorProject,
    product: each.product,
    name: each.vulnerabilityName,
    date_added: each.dateAdded,
    due_date: each.dueDate ?? null,
    is_ransomware: each.knownRansomwareCampaignUse === 'Known',
    required_action: each.requiredAction,
  }));

export type KevEntry = z.output<typeof entry>;

/** CISA's catalogue of vulnerabilities that are known to be exploited. Schema: cisagov/kev-data, JSON schema 1.0. */
export const kev = {
  id: 'kev',
  title: 'CISA Known Exploited Vulnerabilities',
  homepage: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
  default_source: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  interval_minutes: 60,
  max_age_hours: 48,
  max_records: 100_000,
  async *parse(bytes, tell) {
    for await (const values of jsonValues(bytes, {
      records: '$.vulnerabilities.*',
      members: ['$.catalogVersion', '$.count'],
    })) {
      const entries: KevEntry[] = [];
      for (const { name, value } of values) {
        if (name === 'catalogVersion' && typeof value === 'string') tell({ data_version: value.slice(0, 100) });
        else if (name === 'count' && typeof value === 'number') tell({ count: value });
        else if (name === null) entries.push(readEntry(value));
      }
      yield entries;
    }
  },
} as const satisfies FeedSource<KevEntry>;

function readEntry(value: unknown): KevEntry {
  const read = entry.safeParse(value);
  if (!read.success)
    throw new FeedRefused(`An entry is not as CISA's schema says: ${z.prettifyError(read.error).slice(0, 300)}`);
  return read.data;
}
