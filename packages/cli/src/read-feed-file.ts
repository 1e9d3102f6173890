import { readCsaf } from '@fleetmend/domain/advisories/csaf/read-csaf.ts';
import { readAppleCve } from '@fleetmend/domain/advisories/read-apple-cve.ts';
import { type DsaList, isDsaList, readDsaLine } from '@fleetmend/domain/advisories/read-dsa-list.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import { type MsrcRow, readMsrcHeading, readMsrcRow } from '@fleetmend/domain/advisories/read-msrc.ts';
import { readMsrcCvrf } from '@fleetmend/domain/advisories/read-msrc-cvrf.ts';
import { readOsv } from '@fleetmend/domain/advisories/read-osv.ts';
import { readRustsec } from '@fleetmend/domain/advisories/read-rustsec.ts';
import { readSecdb } from '@fleetmend/domain/advisories/read-secdb.ts';
import { readSofa } from '@fleetmend/domain/advisories/read-sofa.ts';
import {
  readSuiteLine,
  SUITE_INDEX_HEADING,
  type SuiteIndex,
  suiteRecords,
} from '@fleetmend/domain/advisories/read-suite-index.ts';
import { readTrivy } from '@fleetmend/domain/advisories/read-trivy.ts';
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
  if (first.startsWith(SUITE_INDEX_HEADING)) {
    const index: SuiteIndex = new Map();
    return { take: (line) => void readSuiteLine(index, line), end: () => suiteRecords(index).forEach(reader.record) };
  }
  if (isDsaList(first)) return begin(first, openDsaList(reader));
  if (/^\s*[[{]/.test(first))
    return isWhole(first) ? begin(first, openRecords(path, reader)) : openDocument(path, first, reader);
  throw new CliError('usage', `${path} is no feed that is known here`, {
    fix: 'Give CSAF, OSV or RustSec documents in JSON, a list of Debian’s security tracker, an index of suites, Alpine’s secdb, a Trivy database in JSON, or Microsoft’s updates as CSV or CVRF in JSON, or Apple’s as SOFA writes them.',
  });
}

function begin(first: string, feed: Feed): Feed {
  feed.take(first);
  return feed;
}

function openDsaList(reader: Sink): Feed {
  const list: DsaList = { id: null, vulnerabilities: [] };
  const take = (line: string) => {
    const record = readDsaLine(list, line);
    if (record !== null) reader.record(record);
  };
  return { take, end: () => undefined };
}

/** One JSON value on each line. */
function openRecords(path: string, reader: Sink): Feed {
  let number = 0;
  const take = (line: string) => {
    number++;
    if (line.trim() !== '') readValue(parseJson(`${path}, record ${number}`, line), reader);
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
  return { take, end: () => readValue(parseJson(path, lines.join('\n')), reader) };
}

/** One record, or a list of them; a list in a list is neither. */
function readValue(value: unknown, reader: Sink): void {
  for (const each of Array.isArray(value) ? value : [value]) {
    const record = asRecord(each);
    if (record === null) continue;
    const rows = readMsrcCvrf(record);
    if (rows !== null) reader.known();
    rows?.forEach(reader.msrc);
    const records =
      readCsaf(record) ??
      readSofa(record) ??
      readAppleCve(record) ??
      readOsv(record) ??
      readTrivy(record) ??
      readRustsec(record) ??
      readSecdb(record);
    if (records !== null) reader.known();
    records?.forEach(reader.record);
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
