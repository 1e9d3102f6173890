export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one way a value is written before it is hashed or signed: RFC 8785 (JSON Canonicalization Scheme), narrowed to
 * safe integers, so that no two programs can disagree about the text of a number.
 * @throws TypeError on a fraction or an unsafe integer: such a value must not enter a signed document.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter((field): field is [string, Json] => field[1] !== undefined);
  // RFC 8785 §3.2.3: keys sort by UTF-16 code units, which is how JavaScript compares strings.
  fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
