import type { JsonForm, LineForm } from './advisory-form.ts';
import { RecordRefused } from './checked-fields.ts';
import { readCsaf } from './csaf/read-csaf.ts';
import { readAppleCve } from './read-apple-cve.ts';
import { readTrackerPackage } from './read-debian-tracker.ts';
import { isDsaList, openDsaList } from './read-dsa-list.ts';
import { asRecord } from './read-fields.ts';
import { readMsrcUpdates } from './read-msrc-updates.ts';
import { readNvd } from './read-nvd.ts';
import { readOsv } from './read-osv.ts';
import { readRustsec } from './read-rustsec.ts';
import { readSecdb } from './read-secdb.ts';
import { readSofa } from './read-sofa.ts';
import { isSuiteIndex, openSuiteIndex } from './read-suite-index.ts';
import { readTrivy } from './read-trivy.ts';
import type { AdvisoryRecord } from './rule.ts';

/** Every form of advisories that can be read, the most particular first. A new one is a reader and a line here. */
export const ADVISORY_FORMS = {
  csaf: { kind: 'json', records: '$', read: readCsaf },
  sofa: { kind: 'json', records: '$', read: readSofa },
  apple_cve: { kind: 'json', records: '$', read: readAppleCve },
  msrc: { kind: 'json', records: '$', read: readMsrcUpdates },
  nvd: { kind: 'json', records: '$', read: readNvd },
  trivy: { kind: 'json', records: '$', read: readTrivy },
  rustsec: { kind: 'json', records: '$', read: readRustsec },
  secdb: { kind: 'json', records: '$', read: readSecdb },
  osv: { kind: 'json', records: '$', read: readOsv },
  debian_tracker: { kind: 'json', records: '$.*', read: readTrackerPackage },
  dsa_list: { kind: 'lines', isFirst: isDsaList, open: openDsaList },
  suite_index: { kind: 'lines', isFirst: isSuiteIndex, open: openSuiteIndex },
} as const satisfies Record<string, JsonForm | LineForm>;

/** The form of a text by its first line, or null where it is none of lines. */
export function lineFormOf(firstLine: string): LineForm | null {
  for (const form of Object.values(ADVISORY_FORMS)) {
    if (form.kind === 'lines' && form.isFirst(firstLine)) return form;
  }
  return null;
}

/** What a document in JSON says, whichever of the forms it has; null for one of none. @throws RecordRefused */
export function readJsonDocument(document: Record<string, unknown>): AdvisoryRecord[] | null {
  for (const form of Object.values(ADVISORY_FORMS)) {
    const records = form.kind === 'json' ? readInForm(form, document) : null;
    if (records !== null) return records;
  }
  return null;
}

function readInForm({ records, read }: JsonForm, document: Record<string, unknown>): AdvisoryRecord[] | null {
  if (records === '$') return read(document, '');
  const found: AdvisoryRecord[] = [];
  for (const [index, [name, value]] of Object.entries(document).entries()) {
    const record = asRecord(value);
    const said = record === null ? null : read(record, name);
    if (said !== null) found.push(...said);
    else if (index === 0) return null;
    else throw new RecordRefused(`${JSON.stringify(name.slice(0, 100))} is not like the members before it.`);
  }
  return found.length > 0 ? found : null;
}
