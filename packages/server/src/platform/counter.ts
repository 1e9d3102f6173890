import { sql } from 'kysely';
import { type Db, first } from './database.ts';

/** The next number of a series (`change`, `rollout`, `epoch`), beginning with 1; other transactions wait for this one. */
export async function nextNumber(db: Db, series: string): Promise<number> {
  return takeNumbers(db, series, 1);
}

/** So many numbers of a series at once. @returns the first of them */
export async function takeNumbers(db: Db, series: string, count: number): Promise<number> {
  const row = await first(
    db,
    sql<{ value: number }>`INSERT INTO platform_counter (name, value) VALUES (${series}, ${count})
      ON CONFLICT (name) DO UPDATE SET value = platform_counter.value + excluded.value RETURNING value`,
  );
  return (row?.value ?? 0) - count + 1;
}
