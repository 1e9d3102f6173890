import { type CveRecord, readCve } from '@fleetmend/domain/advisories/read-cve.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedSource } from '../feed-source.ts';
import { jsonDocuments } from '../json-documents.ts';

/**
 * CVE records with CISA's assessment beside them (the SSVC points of vulnrichment): one record a file in an archive or a
 * folder, one a line, or an array. The CVE list itself has the same form. Schema: https://github.com/CVEProject/cve-schema
 */
export const cve = {
  id: 'cve',
  title: 'CISA Vulnrichment',
  homepage: 'https://github.com/cisagov/vulnrichment',
  default_source: 'https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip',
  interval_minutes: 12 * 60,
  max_age_hours: 72,
  max_records: 2_000_000,
  async *parse(bytes) {
    for await (const values of jsonDocuments(bytes)) yield values.flatMap(readRecord);
  },
} as const satisfies FeedSource<CveRecord>;

function readRecord(value: unknown): CveRecord[] {
  const record = asRecord(value);
  // The CVE list keeps a journal of its own changes beside the records (`delta.json`, `deltaLog.json`).
  if (record !== null && 'fetchTime' in record && !('dataType' in record)) return [];
  const read = record === null ? null : readCve(record);
  if (read === null)
    throw new FeedRefused(`A record is not a CVE record in JSON 5: ${(JSON.stringify(value) ?? '').slice(0, 80)}`);
  return [read];
}
