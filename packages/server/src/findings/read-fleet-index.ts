import { readSets } from '../inventory/contents.queries.ts';
import type { Ctx, Settings } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import { type PlacedAsset, readPlacedSince } from './fleet-index.queries.ts';
import { createFleetIndex, type FleetIndex } from './fleet-index.ts';
import { systemOf } from './match-packages.ts';

/** What a process keeps of the fleet, and up to which transaction it has seen everything. */
interface Kept {
  index: FleetIndex;
  seen: string;
  turn: Promise<unknown>;
}

/** One for each server of this process, whose settings are made once. Nothing is in it that is not in the database. */
const kept = new WeakMap<Settings, Kept>();
const CHUNK = 5000;

/**
 * The index of who has what, as of what is committed now: the first time it reads everything, then what was placed since.
 * For callers whose own transaction places no asset, since a transaction that is rolled back would stay in it.
 */
export async function readFleetIndex({ db, settings }: Pick<Ctx, 'db' | 'settings'>): Promise<FleetIndex> {
  const own: Kept = kept.get(settings) ?? { index: createFleetIndex(), seen: '0', turn: Promise.resolve() };
  kept.set(settings, own);
  const next = own.turn.then(() => refresh(db, own));
  own.turn = next.catch(() => undefined);
  await next;
  return own.index;
}

async function refresh(db: Db, own: Kept): Promise<void> {
  let horizon: string | null = null;
  for (let after = ''; ; ) {
    const placed = await readPlacedSince(db, own.seen, after, CHUNK);
    horizon ??= placed[0]?.horizon ?? null;
    await take(db, own.index, placed);
    const last = placed.at(-1);
    if (last === undefined || placed.length < CHUNK) break;
    after = last.id;
  }
  // Of the first look, so that what was placed during the others is looked at again.
  if (horizon !== null) own.seen = horizon;
}

async function take(db: Db, index: FleetIndex, placed: readonly PlacedAsset[]): Promise<void> {
  const missing = new Set(placed.flatMap(({ digest }) => (digest === null || index.hasSet(digest) ? [] : digest)));
  const sets = await readSets(db, [...missing]);
  const bases = new Set(sets.flatMap(({ base }) => (base === null || index.hasSet(base) ? [] : base)));
  for (const set of await readSets(db, [...bases])) index.addSet(set.digest, set);
  for (const set of sets) index.addSet(set.digest, set);
  for (const { id, os, digest } of placed) index.place(id, systemOf(os), digest);
}
