import { besideDebsecan, debsecanVersion, hasDebsecan } from './match/beside-debsecan.ts';
import { fleetShape } from './match/fleet-shape.ts';
import { manyDeltas } from './match/many-deltas.ts';
import { newAdvisories } from './match/new-advisories.ts';
import { openStore, type Store } from './match/postgres.ts';
import type { Bench, BenchContext, Result } from './report.ts';

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about:
    'matching: beside debsecan, a fleet re-matched in PostgreSQL, a new advisory among a million assets, 100,000 deltas',
  versions: () => versionNotes,
  async run(context) {
    const results: Result[] = [];
    // In its short form it is a test, which needs nothing installed.
    if (!context.is_short || hasDebsecan()) {
      versionNotes = { debsecan: debsecanVersion() };
      results.push(...(await besideDebsecan(context)));
    }
    for (const measure of [fleetShape, newAdvisories, manyDeltas]) results.push(...(await inStore(context, measure)));
    return results;
  },
};

/** Each on a database of its own. */
async function inStore(
  context: BenchContext,
  measure: (store: Store, context: BenchContext) => Promise<Result[]>,
): Promise<Result[]> {
  const store = await openStore();
  versionNotes = { ...versionNotes, postgresql: store.version };
  try {
    return await measure(store, context);
  } finally {
    await store.close();
  }
}
