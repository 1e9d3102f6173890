import type { AssetFacts, AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { readSets, readSoftware, readUpdateSets, type StoredSoftware } from '../inventory/contents.queries.ts';
import type { Db } from '../platform/database.ts';
import { readReported } from './finding.queries.ts';
import { systemOf } from './match-packages.ts';

/** All that an asset has told, as of its last report. */
export interface AssetKnowledge {
  asset: string;
  is_retired: boolean;
  facts: AssetFacts | null;
  /** The platforms of its system, as rules name them. */
  system: string;
  /** Null before the first inventory. */
  software: StoredSoftware[] | null;
  updates: readonly AvailableUpdate[];
}

/** What these assets have told; one that does not exist is left out. What several share is read once. */
export async function readKnowledge(db: Db, assets: readonly string[]): Promise<AssetKnowledge[]> {
  const reported = await readReported(db, assets);
  const sets = await readInventories(db, distinct(reported.map(({ set_digest }) => set_digest)));
  const packages = await readSoftware(db, [...new Set([...sets.values()].flat())]);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const updates = await readUpdateSets(db, distinct(reported.map(({ updates_digest }) => updates_digest)));
  return reported.map(({ id, is_retired, facts, set_digest, updates_digest }) => ({
    asset: id,
    is_retired,
    facts,
    system: systemOf(facts?.os ?? null),
    software: sets.get(set_digest ?? '')?.flatMap((each) => byId.get(each) ?? []) ?? null,
    updates: updates.get(updates_digest ?? '') ?? [],
  }));
}

/** The software ids of each inventory, however it is stored. */
async function readInventories(db: Db, digests: readonly string[]): Promise<Map<string, number[]>> {
  const sets = await readSets(db, digests);
  const known = new Map(sets.map((set) => [set.digest, set]));
  const bases = distinct(sets.map(({ base }) => (base !== null && known.has(base) ? null : base)));
  for (const base of await readSets(db, bases)) known.set(base.digest, base);
  return new Map(
    sets.map(({ digest, base, ids, without }) => {
      const gone = new Set(without);
      const kept = known.get(base ?? '')?.ids.filter((id) => !gone.has(id)) ?? [];
      return [digest, [...kept, ...ids]];
    }),
  );
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.flatMap((value) => value ?? []))];
}
