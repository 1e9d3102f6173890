import { type ReleaseCycle, readEndOfLife } from '@fleetmend/domain/advisories/read-end-of-life.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedSource } from '../feed-source.ts';
import { jsonDocuments } from '../json-documents.ts';

/** Until when releases of systems and products are mended, as people collect it. https://endoflife.date/docs/api/v1/ */
export const endoflife = {
  id: 'endoflife',
  title: 'endoflife.date',
  homepage: 'https://endoflife.date/',
  default_source: 'https://endoflife.date/api/v1/products/full',
  interval_minutes: 24 * 60,
  max_age_hours: 24 * 14,
  max_records: 200_000,
  async *parse(bytes) {
    for await (const documents of jsonDocuments(bytes)) yield documents.flatMap(readDocument);
  },
} as const satisfies FeedSource<ReleaseCycle>;

function readDocument(value: unknown): ReleaseCycle[] {
  const document = asRecord(value);
  const read = document === null ? null : readEndOfLife(document);
  if (read === null) throw new FeedRefused('It is not a list of products and their releases as endoflife.date has it.');
  return read;
}
