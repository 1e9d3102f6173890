import { RecordRefused } from '@fleetmend/domain/advisories/checked-fields.ts';
import type { FactsGatherer } from '@fleetmend/domain/advisories/gather-facts.ts';
import { readCve } from '@fleetmend/domain/advisories/read-cve.ts';
import { EPSS_HEADING, readEpssLine } from '@fleetmend/domain/advisories/read-epss.ts';
import { asRecord, recordsOf } from '@fleetmend/domain/advisories/read-fields.ts';
import { readKevEntry } from '@fleetmend/domain/advisories/read-kev.ts';
import { CliError } from './cli-error.ts';
import { inflatedBytes, inflatedLines } from './inflated-lines.ts';

/** Feeds that say something of vulnerabilities themselves rather than of packages. */
export type FactsKind = 'kev' | 'epss' | 'cve';

const MARKS: readonly (readonly [kind: FactsKind, mark: RegExp])[] = [
  ['epss', new RegExp(`^(#[^\\n]*\\n)?${EPSS_HEADING}\\r?\\n`)],
  ['kev', /^\s*\{[^[]*"catalogVersion"\s*:/],
  ['cve', /"dataType"\s*:\s*"CVE_RECORD"/],
];
const MAX_DOCUMENT = 512 * 1024 ** 2;

/** Which of these a file is, told by its beginning; null for another. @throws CliError (usage) when it cannot be read */
export async function factsKindOf(path: string): Promise<FactsKind | null> {
  for await (const chunk of inflatedBytes(path)) {
    const beginning = Buffer.from(chunk).toString('utf8');
    return MARKS.find(([, mark]) => mark.test(beginning))?.[0] ?? null;
  }
  return null;
}

/** Hands on what a file says. @throws CliError (usage) for what is not as its publisher describes */
export async function readFactsFile(path: string, kind: FactsKind, gatherer: FactsGatherer): Promise<void> {
  if (kind === 'epss') return readEpss(path, gatherer);
  for await (const value of jsonValues(path)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      const record = asRecord(each);
      if (kind === 'cve') takeCve(path, record, gatherer);
      else takeKev(path, record, gatherer);
    }
  }
}

async function readEpss(path: string, gatherer: FactsGatherer): Promise<void> {
  for await (const lines of inflatedLines(path)) {
    for (const line of lines) {
      if (line === '' || line.startsWith('#') || line === EPSS_HEADING) continue;
      const score = readEpssLine(line);
      if (score === null) throw new CliError('usage', `${path}: a line is not a CVE id, a score and a percentile`);
      gatherer.epss(score);
    }
  }
}

function takeCve(path: string, record: Record<string, unknown> | null, gatherer: FactsGatherer): void {
  const read = record === null ? null : readCve(record);
  if (read === null) throw new CliError('usage', `${path}: a record is not a CVE record in JSON 5`);
  gatherer.cve(read);
}

function takeKev(path: string, record: Record<string, unknown> | null, gatherer: FactsGatherer): void {
  try {
    for (const entry of recordsOf(record, 'vulnerabilities')) gatherer.kev(readKevEntry(entry));
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error;
    throw new CliError('usage', `${path}: an entry is not as CISA's schema says: ${error.message}`);
  }
}

/** One value a line, or one document over all of them. */
async function* jsonValues(path: string): AsyncGenerator<unknown> {
  const rest: string[] = [];
  let length = 0;
  for await (const lines of inflatedLines(path)) {
    for (const line of lines) {
      if (rest.length === 0 && line.trim() === '') continue;
      const value = rest.length === 0 ? tryParse(line) : undefined;
      if (value !== undefined) {
        yield value;
        continue;
      }
      rest.push(line);
      length += line.length;
      if (length > MAX_DOCUMENT) throw new CliError('usage', `${path} is larger than ${MAX_DOCUMENT} bytes`);
    }
  }
  if (rest.length === 0) return;
  const value = tryParse(rest.join('\n'));
  if (value === undefined) throw new CliError('usage', `${path} is not JSON`);
  yield value;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
