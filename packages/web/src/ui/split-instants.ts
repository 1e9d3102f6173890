const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Splits a sentence around the RFC 3339 times in it, so that they can be shown in the reader's zone. */
export function splitInstants(text: string): { text: string; is_instant: boolean }[] {
  const parts: { text: string; is_instant: boolean }[] = [];
  let at = 0;
  for (const match of text.matchAll(INSTANT)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), is_instant: false });
    parts.push({ text: match[0], is_instant: !Number.isNaN(Date.parse(match[0])) });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), is_instant: false });
  return parts;
}
