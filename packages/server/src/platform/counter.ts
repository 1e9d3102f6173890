import { sql } from 'kysely';
import { type Db, first } from './database.ts';

/** The next number of a series (`change`, `rollout`, `epoch`), beginning with 1; other transactions wait for this one. */
export async function nextNumber(db: Db, series: string): Promise<number> {
  const row = await first(
    db,
    sql<{ value: number }>`INSERT INTO platform_counter (name, value) VALUES (${series}, 1)
      ON CONFLICT (name) DO UPDATE SET value = platform_counter.value + 1 RETURNING value`,
  );
  return row?.value ?? 0;
}
