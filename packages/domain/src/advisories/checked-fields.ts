import { asRecord } from './read-fields.ts';

/** A record is of a known form and says what cannot be or is too much; the message says which, in words for a person. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** What one record may hold. No real one comes near; a hostile or broken one ends here. */
export const RECORD_LIMITS = {
  id: 200,
  name: 500,
  version: 300,
  vector: 500,
  aliases: 10_000,
  severities: 50,
  affected: 50_000,
  ranges: 10_000,
  events: 10_000,
  versions: 100_000,
} as const;

type Fields = Record<string, unknown> | null;

/** A text that is not empty, or null where there is none. @throws RecordRefused for what is no text, or too long */
export function checkedText(record: Fields, name: string, length: number): string | null {
  const value = member(record, name);
  if (value === null || value === '') return null;
  if (typeof value !== 'string') throw new RecordRefused(`"${name}" is not a text.`);
  if (value.length > length) throw new RecordRefused(`"${name}" is longer than ${length} characters.`);
  return value;
}

/** A text that must be there. @throws RecordRefused */
export function neededText(record: Fields, name: string, length: number): string {
  const text = checkedText(record, name, length);
  if (text === null) throw new RecordRefused(`"${name}" is missing.`);
  return text;
}

/** A time in RFC 3339, whatever its zone and precision were. @throws RecordRefused for what is no time */
export function checkedTime(record: Fields, name: string): string | null {
  const text = checkedText(record, name, 40);
  if (text === null) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new RecordRefused(`"${name}" is not a time.`);
  return new Date(time).toISOString();
}

/** The texts of a list; none where it is not there. @throws RecordRefused for another kind of value, or too many */
export function checkedTexts(record: Fields, name: string, count: number, length: number): string[] {
  return checkedList(record, name, count).map((each) => {
    if (typeof each !== 'string') throw new RecordRefused(`"${name}" holds what is not a text.`);
    if (each.length > length)
      throw new RecordRefused(`"${name}" holds a text that is longer than ${length} characters.`);
    return each;
  });
}

/** The objects of a list; none where it is not there. @throws RecordRefused for another kind of value, or too many */
export function checkedRecords(record: Fields, name: string, count: number): Record<string, unknown>[] {
  return checkedList(record, name, count).map((each) => {
    const read = asRecord(each);
    if (read === null) throw new RecordRefused(`"${name}" holds what is not an object.`);
    return read;
  });
}

/** An object, or null where there is none. @throws RecordRefused for another kind of value */
export function checkedRecord(record: Fields, name: string): Record<string, unknown> | null {
  const value = member(record, name);
  const read = asRecord(value);
  if (value !== null && read === null) throw new RecordRefused(`"${name}" is not an object.`);
  return read;
}

function checkedList(record: Fields, name: string, count: number): unknown[] {
  const value = member(record, name) ?? [];
  if (!Array.isArray(value)) throw new RecordRefused(`"${name}" is not a list.`);
  if (value.length > count) throw new RecordRefused(`"${name}" holds more than ${count} entries.`);
  return value;
}

/** A member of its own: what every object inherits is none. */
function member(record: Fields, name: string): unknown {
  return record !== null && Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
