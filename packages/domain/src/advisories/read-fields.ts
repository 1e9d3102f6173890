/** The value as an object, or null: what came from outside is looked at member by member. */
export function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A member that is text and not empty, or null. */
export function textOf(record: Record<string, unknown> | null, name: string): string | null {
  const value = record?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A member that is a list, or an empty one. */
export function listOf(record: Record<string, unknown> | null, name: string): unknown[] {
  const value = record?.[name];
  return Array.isArray(value) ? value : [];
}

/** The objects in a member that is a list. */
export function recordsOf(record: Record<string, unknown> | null, name: string): Record<string, unknown>[] {
  return listOf(record, name)
    .map(asRecord)
    .filter((each) => each !== null);
}

/** The texts in a member that is a list. */
export function textsOf(record: Record<string, unknown> | null, name: string): string[] {
  return listOf(record, name).filter((each): each is string => typeof each === 'string');
}
