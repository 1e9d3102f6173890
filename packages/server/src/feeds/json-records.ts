import { JSONParser } from '@streamparser/json';
import { FeedRefused } from './feed-errors.ts';
import { FEED_LIMITS } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { createJsonGuard } from './json-guard.ts';

/** A value found in a stream of JSON: a record, or a member of the document around them under its name. */
export interface JsonValue {
  name: string | null;
  /** What it is called where it stands: the member's name, or its number in a list. */
  key: string;
  value: unknown;
}

export interface JsonShape {
  /** Where the records are: `$.vulnerabilities.*`. */
  records: string;
  /** Members of the document around them that are wanted too: `$.count`. */
  members?: readonly string[];
  /** Several documents one after the other, with or without line breaks between them. */
  isSequence?: boolean;
}

/** Parses JSON as it comes in, holding one record at a time. @throws FeedRefused for what is not JSON, or too much of it. */
export async function* jsonValues(
  bytes: FeedBytes,
  { records, members = [], isSequence = false }: JsonShape,
): AsyncGenerator<JsonValue[]> {
  const guard = createJsonGuard(FEED_LIMITS);
  const parser = new JSONParser({
    paths: [records, ...members],
    keepStack: false,
    ...(isSequence ? { separator: '' } : {}),
  });
  const recordDepth = records.split('.').length - 1;
  let found: JsonValue[] = [];
  parser.onValue = ({ value, key, stack }) => {
    const isRecord = stack.length === recordDepth;
    if (isRecord) guard.nextRecord();
    found.push({ name: isRecord ? null : String(key), key: String(key), value });
  };
  for await (const chunk of lookAhead(bytes, guard.check)) {
    orRefuse(() => parser.write(chunk));
    if (found.length > 0) yield found;
    found = [];
  }
  orRefuse(() => {
    if (!parser.isEnded) parser.end();
  });
  if (found.length > 0) yield found;
}

/** What is too much is mostly told by the first megabyte, before the parser, which is slow, has seen any of it. */
const AHEAD_BYTES = 1.25 * 1024 ** 2;

/** The same bytes, each checked long before it is handed on. */
async function* lookAhead(bytes: FeedBytes, check: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    check(chunk);
    held.push(chunk);
    size += chunk.length;
    for (let first = held[0]; first !== undefined && size - first.length >= AHEAD_BYTES; first = held[0]) {
      yield first;
      size -= first.length;
      held.shift();
    }
  }
  yield* held;
}

function orRefuse(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    throw new FeedRefused(`It is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
  }
}
