import { asRecord, recordsOf, textOf } from './read-fields.ts';

/** One release of a product, and until when its publisher mends it. Dates are days. */
export interface ReleaseCycle {
  product: string;
  /** `12`, `22.04`, `15.6`. */
  cycle: string;
  codename: string | null;
  /** Until when security fixes come for everybody; null where that is not known. */
  ends_on: string | null;
  /** Until when they come for those who pay for it, or by others (Debian LTS); null where nobody does. */
  extended_until: string | null;
  /** Ended, where no day is told. */
  is_ended: boolean;
}

/**
 * The releases of endoflife.date, whole (https://endoflife.date/docs/api/v1/, `/products/full`) or as its own data are laid
 * out (endoflife-date/release-data, one object of products). @returns null for another document
 */
export function readEndOfLife(document: Record<string, unknown>): ReleaseCycle[] | null {
  if (Array.isArray(document['result'])) return recordsOf(document, 'result').flatMap(readProduct);
  const products = Object.entries(document).map(([name, value]) => [name, asRecord(value)] as const);
  if (products.length === 0 || products.some(([, each]) => asRecord(each?.['releases']) === null)) return null;
  return products.flatMap(([name, each]) =>
    Object.values(asRecord(each?.['releases']) ?? {}).flatMap((value) => readRelease(name, asRecord(value))),
  );
}

function readProduct(product: Record<string, unknown>): ReleaseCycle[] {
  const name = textOf(product, 'name');
  return name === null ? [] : recordsOf(product, 'releases').flatMap((each) => readRelease(name, each));
}

/** The API writes `eolFrom` beside `isEol`; the data write `eol`, a day or a yes. */
function readRelease(product: string, release: Record<string, unknown> | null): ReleaseCycle[] {
  const cycle = textOf(release, 'name');
  if (cycle === null || product.length > 100 || cycle.length > 100) return [];
  const ends_on = dayOf(release, 'eolFrom') ?? dayOf(release, 'eol');
  return [
    {
      product,
      cycle,
      codename: textOf(release, 'codename')?.slice(0, 100) ?? null,
      ends_on,
      extended_until: dayOf(release, 'eoesFrom') ?? dayOf(release, 'eoes'),
      is_ended: ends_on === null && (release?.['isEol'] === true || release?.['eol'] === true),
    },
  ];
}

function dayOf(release: Record<string, unknown> | null, member: string): string | null {
  const text = textOf(release, member);
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}
