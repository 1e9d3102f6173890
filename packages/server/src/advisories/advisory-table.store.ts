import type { sql } from 'kysely';
import type { Db } from '../platform/database.ts';

/** How a feed's records become rows: filled aside, and put in the place of the old ones in the same transaction. */
export interface AdvisoryTable<Item> {
  /** Records for one statement: as many as make a few megabytes. */
  batch: number;
  /** Makes the room aside; it is gone with the transaction. */
  stage(db: Db): Promise<void>;
  insert(db: Db, items: readonly Item[], now: Date): Promise<void>;
  /** Different things staged: a feed that names one twice has one less. */
  countDistinct(db: Db): Promise<number>;
  swap(db: Db): Promise<void>;
}

/** How many different things are staged. */
export async function countStaged(db: Db, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await query.execute(db);
  return (rows as { n: number }[])[0]?.n ?? 0;
}
