import { schemeOfPlatform } from '@fleetmend/domain/findings/scheme-of-platform.ts';
import { takeChangedKeys } from '../advisories/advisory.store.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import type { Ctx } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import { listSystems, readNamed } from './match.queries.ts';
import { matchPackages, platformsIn } from './match-packages.ts';
import { readFleetIndex } from './read-fleet-index.ts';

/** Names that are matched at once. */
const PIECE = 500;

/** Packages, by their ids, of which something else is said now on machines of one system. */
export interface Touched {
  system: string;
  /** What something else matches than before. */
  software: number[];
  /** What the same rules match: a feed may now deny what another one says. */
  doubted: number[];
}

/**
 * Brings the matches in line with what advisories say now: only packages of which something else is said are looked at, and
 * only machines that have one which something matches, or did, are asked for their findings anew. The caller holds the lock
 * on findings.
 */
export async function rematch(ctx: Ctx): Promise<void> {
  for (const { system, software, doubted } of await matchChanges(ctx)) {
    const index = await readFleetIndex(ctx);
    await requestFindings(ctx, index.assetsWith(system, [...software, ...doubted]));
  }
}

/** The first half of it: what has become of the packages that changed advisories name. */
export async function matchChanges({ db }: Pick<Ctx, 'db'>): Promise<Touched[]> {
  const keys = await takeChangedKeys(db);
  const touched: Touched[] = [];
  for (const system of await listSystems(db)) {
    const own = new Set(platformsIn(system));
    const names = keys.filter(({ platform }) => own.has(platform) || isLanguage(platform)).map((key) => key.package);
    if (names.length === 0) continue;
    const { software, doubted } = await matchNames(db, system, [...new Set(names)].sort());
    if (software.length + doubted.length > 0) touched.push({ system, software, doubted });
  }
  return touched;
}

/** In pieces, two at a time: one is computed while PostgreSQL reads or writes for the other. */
async function matchNames(db: Db, system: string, names: string[]): Promise<Omit<Touched, 'system'>> {
  const changed = new Set<number>();
  const matched = new Set<number>();
  const work = async () => {
    for (let piece = names.splice(0, PIECE); piece.length > 0; piece = names.splice(0, PIECE)) {
      const found = await matchPackages(db, system, await readNamed(db, system, piece));
      for (const id of found.changed) changed.add(id);
      for (const id of found.matched) matched.add(id);
    }
  };
  const both = await Promise.allSettled([work(), work()]);
  // Only when neither asks for anything any more may the transaction end.
  for (const each of both) if (each.status === 'rejected') throw each.reason;
  return { software: [...changed], doubted: [...matched].filter((id) => !changed.has(id)) };
}

/** What no distribution's name is: packages of languages are the same on every system. */
function isLanguage(platform: string): boolean {
  return !['deb', 'rpm', 'apk', 'alpm'].includes(schemeOfPlatform(platform) ?? '');
}
