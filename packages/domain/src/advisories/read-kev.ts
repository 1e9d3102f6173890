import { checkedText, neededText, RecordRefused } from './checked-fields.ts';
import { asRecord } from './read-fields.ts';

/** One entry of CISA's catalogue. */
export interface KevEntry {
  cve: string;
  vendor: string;
  product: string;
  name: string;
  date_added: string;
  due_date: string | null;
  is_ransomware: boolean;
  required_action: string;
}

const CVE = /^CVE-\d{4}-\d{4,19}$/;

/**
 * Reads an entry by CISA's schema (cisagov/kev-data, JSON schema 1.0).
 * @throws RecordRefused for what is no such entry, in words for a person
 */
export function readKevEntry(value: unknown): KevEntry {
  const entry = asRecord(value);
  const cve = neededText(entry, 'cveID', 30);
  if (!CVE.test(cve)) throw new RecordRefused('"cveID" is no CVE id.');
  const ransomware = checkedText(entry, 'knownRansomwareCampaignUse', 20) ?? 'Unknown';
  if (ransomware !== 'Known' && ransomware !== 'Unknown')
    throw new RecordRefused('"knownRansomwareCampaignUse" is neither Known nor Unknown.');
  return {
    cve,
    vendor: checkedText(entry, 'vendorProject', 500) ?? '',
    product: checkedText(entry, 'product', 500) ?? '',
    name: checkedText(entry, 'vulnerabilityName', 1000) ?? '',
    date_added: checkedDate('dateAdded', neededText(entry, 'dateAdded', 10)),
    due_date: dateOrNull('dueDate', checkedText(entry, 'dueDate', 10)),
    is_ransomware: ransomware === 'Known',
    required_action: checkedText(entry, 'requiredAction', 10_000) ?? '',
  };
}

function dateOrNull(name: string, text: string | null): string | null {
  return text === null ? null : checkedDate(name, text);
}

/** A day that exists; `Date` would take the 31st of February for one in March. */
function checkedDate(name: string, text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new RecordRefused(`"${name}" is no date.`);
  return text;
}
