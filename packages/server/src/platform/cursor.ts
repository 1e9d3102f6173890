import { Problem } from '@fleetmend/api/problems.ts';

/** A place in a stable order, as opaque text. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor of this many parts; null for none. @throws Problem `invalid` for anything that is not one of ours. */
export function readCursor(cursor: string | undefined, parts: number): (string | number)[] | null {
  if (cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isPlace = Array.isArray(place) && place.length === parts;
    if (isPlace && place.every((part) => typeof part === 'string' || typeof part === 'number')) return place;
  } catch {
    // Falls through: not JSON is as wrong as the wrong JSON.
  }
  throw new Problem('invalid', 'The cursor is not one that this list gave out.', [
    { pointer: '/cursor', message: 'unknown cursor' },
  ]);
}

/** Cuts a list that was read one row longer than asked, and names where the next page begins. */
export function toPage<Row, Item>(
  found: readonly Row[],
  limit: number,
  place: (row: Row) => readonly (string | number)[],
  item: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(item),
    next_cursor: found.length > limit && last !== undefined ? writeCursor(place(last)) : null,
  };
}
