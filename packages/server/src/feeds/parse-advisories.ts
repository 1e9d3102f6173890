import type { JsonForm, LineForm } from '@fleetmend/domain/advisories/advisory-form.ts';
import { RecordRefused } from '@fleetmend/domain/advisories/checked-fields.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import type { AdvisoryRecord } from '@fleetmend/domain/advisories/rule.ts';
import { FeedRefused } from './feed-errors.ts';
import type { FeedBytes, FeedSource } from './feed-source.ts';
import { jsonDocuments } from './json-documents.ts';
import { jsonValues } from './json-records.ts';
import { textLines } from './text-lines.ts';

type Parse = FeedSource<AdvisoryRecord>['parse'];

/** Parses documents that each are of one of these forms; what is of none is refused. */
export function parseDocuments(...forms: readonly (JsonForm & { records: '$' })[]): Parse {
  return async function* parse(bytes) {
    for await (const documents of jsonDocuments(bytes)) yield documents.flatMap((each) => readRecord(forms, each, ''));
  };
}

/** Parses one document, each of whose members is a record. */
export function parseMembers(form: JsonForm & { records: '$.*' }): Parse {
  return async function* parse(bytes) {
    for await (const values of jsonValues(bytes, { records: form.records }))
      yield values.flatMap(({ key, value }) => readRecord([form], value, key));
  };
}

/** Parses a text in lines; one that begins otherwise, or ends within a line, is refused. */
export function parseLines(form: LineForm): Parse {
  return async function* parse(bytes: FeedBytes) {
    const reader = form.open();
    let isBegun = false;
    let last = LINE_FEED;
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        last = chunk.at(-1) ?? last;
        yield chunk;
      }
    }
    for await (const lines of textLines(watched())) {
      const first = lines[0] ?? '';
      if (!isBegun && !form.isFirst(first))
        throw new FeedRefused(`It does not begin as this feed does, but with ${JSON.stringify(first.slice(0, 80))}.`);
      isBegun = true;
      yield lines.flatMap((line) => reader.take(line.trimEnd()));
    }
    if (last !== LINE_FEED) throw new FeedRefused('Its last line is cut short.');
    yield reader.end();
  };
}

const LINE_FEED = 0x0a;

/** What one record says, in the first of these forms that it has. @throws FeedRefused */
export function readRecord(forms: readonly JsonForm[], value: unknown, name: string): AdvisoryRecord[] {
  const record = asRecord(value);
  for (const { read } of record === null ? [] : forms) {
    const said = orRefuse(record, name, read);
    if (said !== null) return said;
  }
  throw new FeedRefused(`A record is of no form that this feed has: ${describe(record, name)}.`);
}

function orRefuse(
  record: Record<string, unknown> | null,
  name: string,
  read: JsonForm['read'],
): AdvisoryRecord[] | null {
  if (record === null) return null;
  try {
    return read(record, name);
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error;
    throw new FeedRefused(`A record is not as its form says, ${describe(record, name)}: ${error.message}`);
  }
}

/** Enough of a record to find it by. */
function describe(record: Record<string, unknown> | null, name: string): string {
  if (record === null) return 'it is no object';
  const id = name === '' ? record['id'] : name;
  return typeof id === 'string'
    ? JSON.stringify(id.slice(0, 100))
    : `it has ${JSON.stringify(Object.keys(record).slice(0, 5)).slice(0, 200)}`;
}
