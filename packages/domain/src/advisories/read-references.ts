import { recordsOf, textOf } from './read-fields.ts';

/** What one advisory keeps of what it refers to; the rest stands at its publisher. */
const MOST = 20;
const LONGEST = 500;

/** The addresses of web pages in a record's `references`, as OSV, CSAF and NVD alike write them; anything else is left out. */
export function readReferences(record: Record<string, unknown> | null): string[] {
  const urls = recordsOf(record, 'references').flatMap((each) => textOf(each, 'url') ?? []);
  return [...new Set(urls.filter(isWebPage))].slice(0, MOST);
}

function isWebPage(url: string): boolean {
  return url.length <= LONGEST && /^https?:\/\/[^\s"'<>\\]+$/.test(url);
}
