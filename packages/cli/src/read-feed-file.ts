import { lineFormOf, readJsonDocument } from '@fleetmend/domain/advisories/advisory-forms.ts';
import { RecordRefused } from '@fleetmend/domain/advisories/checked-fields.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import { type MsrcRow, readMsrcHeading, readMsrcRow } from '@fleetmend/domain/advisories/read-msrc.ts';
import { readMsrcCvrf } from '@fleetmend/domain/advisories/read-msrc-cvrf.ts';
import type { AdvisoryRecord, Rule } from '@fleetmend/domain/advisories/rule.ts';
import { CliError } from './cli-error.ts';
import { inflatedLines } from './inflated-lines.ts';

/** Where what a feed says goes, while it is read. */
export interface FeedReader {
  rule(rule: Rule): void;
  msrc(row: MsrcRow): void;
}

const MAX_DOCUMENT = 512 * 1024 ** 2;

/**
 * Reads a feed of any known form, told by its first line, and hands on what it says.
 * @throws CliError (usage) when it cannot be read, or is of no known form.
 */
export async function readFeedFile(path: string, reader: FeedReader): Promise<void> {
  const feed: { take: ((line: string) => void) | null; end: () => void } = { take: null, end: () => undefined };
  let isKnown = false;
  const counted: Sink = {
    known() {
      isKnown = true;
    },
    record({ rules }) {
      isKnown = true;
      rules.forEach(reader.rule);
    },
    msrc(row) {
      isKnown = true;
      reader.msrc(row);
    },
  };
  for await (const lines of inflatedLines(path)) {
    for (const line of lines) {
      if (feed.take !== null) feed.take(line);
      else if (line.trim() !== '') Object.assign(feed, openFeed(path, line.replace(/^\ufeff/, ''), counted));
    }
  }
  feed.end();
  if (!isKnown) throw new CliError('usage', `${path} holds no advisory that is known here`);
}

/** A record of a known form may say nothing that could be matched: the feed is known all the same. */
interface Sink {
  record(record: AdvisoryRecord): void;
  known(): void;
  msrc(row: MsrcRow): void;
}

interface Feed {
  take(line: string): void;
  end(): void;
}

function openFeed(path: string, first: string, reader: Sink): Feed {
  const columns = readMsrcHeading(first);
  if (columns !== null) {
    const take = (line: string) => {
      const row = readMsrcRow(columns, line);
      if (row !== null) reader.msrc(row);
    };
    return { take, end: () => undefined };
  }
  const lines = lineFormOf(first)?.open();
  if (lines !== undefined) {
    const take = (line: string) => lines.take(line).forEach(reader.record);
    return begin(first, { take, end: () => lines.end().forEach(reader.record) });
  }
  if (/^\s*[[{]/.test(first))
    return isWhole(first) ? begin(first, openRecords(path, reader)) : openDocument(path, first, reader);
  throw new CliError('usage', `${path} is no feed that is known here`, {
    fix: 'Give CSAF, OSV or RustSec documents in JSON, Debian’s security tracker as JSON or one of its lists, an index of suites, Alpine’s secdb, a Trivy database in JSON, Microsoft’s updates as CSV or CVRF in JSON, or Apple’s as SOFA writes them.',
  });
}

function begin(first: string, feed: Feed): Feed {
  feed.take(first);
  return feed;
}

/** One JSON value on each line. */
function openRecords(path: string, reader: Sink): Feed {
  let number = 0;
  const take = (line: string) => {
    number++;
    if (line.trim() !== '') readValue(`${path}, record ${number}`, line, reader);
  };
  return { take, end: () => undefined };
}

/** One JSON document over several lines. */
function openDocument(path: string, first: string, reader: Sink): Feed {
  const lines = [first];
  let length = first.length;
  const take = (line: string) => {
    lines.push(line);
    length += line.length;
    if (length > MAX_DOCUMENT) throw new CliError('usage', `${path} is larger than ${MAX_DOCUMENT} bytes`);
  };
  return { take, end: () => readValue(path, lines.join('\n'), reader) };
}

/** One document, or a list of them; a list in a list is neither. */
function readValue(what: string, text: string, reader: Sink): void {
  const value = parseJson(what, text);
  for (const each of Array.isArray(value) ? value : [value]) {
    const document = asRecord(each);
    if (document === null) continue;
    const rows = readMsrcCvrf(document);
    if (rows !== null) {
      reader.known();
      rows.forEach(reader.msrc);
      continue;
    }
    const records = orRefuse(what, () => readJsonDocument(document));
    if (records !== null) reader.known();
    records?.forEach(reader.record);
  }
}

function orRefuse<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error;
    throw new CliError('usage', `${what} is not as its form says: ${error.message}`);
  }
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError('usage', `${what} is not JSON: ${(error as Error).message}`);
  }
}
