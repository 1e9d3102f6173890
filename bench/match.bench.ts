import { besideDebsecan, debsecanVersion } from './match/beside-debsecan.ts';
import { fleetShape } from './match/fleet-shape.ts';
import { openStore } from './match/postgres.ts';
import type { Bench, BenchContext, Result } from './report.ts';

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about: 'matching: beside debsecan, re-matching a fleet in PostgreSQL',
  versions: () => versionNotes,
  async run(context) {
    versionNotes = { debsecan: debsecanVersion() };
    return [...(await besideDebsecan(context)), ...(await inStore(context, fleetShape))];
  },
};

async function inStore(
  context: BenchContext,
  measure: (store: Awaited<ReturnType<typeof openStore>>, context: BenchContext) => Promise<Result[]>,
): Promise<Result[]> {
  const store = await openStore();
  versionNotes = { ...versionNotes, postgresql: store.version };
  try {
    return await measure(store, context);
  } finally {
    await store.close();
  }
}
