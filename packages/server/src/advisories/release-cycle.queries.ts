import type { ReleaseCycle } from '@fleetmend/domain/advisories/read-end-of-life.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** The release cycles of some products. */
export async function readReleaseCycles(db: Db, products: readonly string[]): Promise<ReleaseCycle[]> {
  return rows(
    db,
    sql<ReleaseCycle>`SELECT product, cycle, codename, ends_on::text, extended_until::text, is_ended FROM advisory_release_cycle
      WHERE product = ANY (${[...products]}) ORDER BY product, cycle`,
  );
}
