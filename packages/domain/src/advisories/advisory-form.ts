import type { AdvisoryRecord } from './rule.ts';

/** A form in which advisories are published as JSON. */
export interface JsonForm {
  kind: 'json';
  /** Where its records stand: the document is one (`$`), or each of its members is (`$.*`). */
  records: '$' | '$.*';
  /** One record and, of a member, its name. Null: not of this form. @throws RecordRefused for one that is and is wrong */
  read(record: Record<string, unknown>, name: string): AdvisoryRecord[] | null;
}

/** A form in which advisories are published as lines of text. */
export interface LineForm {
  kind: 'lines';
  /** Whether a text is of this form, by its first line. */
  isFirst(line: string): boolean;
  open(): LineReader;
}

/** Reads one text from its first line to its end. */
export interface LineReader {
  take(line: string): AdvisoryRecord[];
  end(): AdvisoryRecord[];
}
