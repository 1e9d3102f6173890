import { ruleNames } from '@fleetmend/domain/findings/index-subjects.ts';
import { installedSoftware } from '@fleetmend/domain/findings/installed-software.ts';
import { isOpen } from '@fleetmend/domain/findings/match-finding.ts';
import { matchSoftware } from '@fleetmend/domain/findings/match-software.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { operatingSystem, WHOLE_SYSTEMS } from '@fleetmend/domain/inventory/operating-system.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import type { StoredSoftware } from '../inventory/contents.queries.ts';
import type { Db } from '../platform/database.ts';
import { readRules } from './match.queries.ts';
import { insertMatches, keepNames, type MatchRow, updateMatches } from './match.store.ts';

const SEPARATOR = ', ';

/**
 * A machine's system, by all names that rules give to it; empty where it is not known, and for those that are packages of
 * themselves.
 */
export function systemOf(os: AssetFacts['os'] | null): string {
  const named = os === null ? null : operatingSystem(os.id, os.version_id);
  const isPackage = named?.family === 'windows' || Object.hasOwn(WHOLE_SYSTEMS, named?.family ?? '');
  return isPackage ? '' : platformsOf({ os: named }).join(SEPARATOR);
}

/** The names in a system's text. */
export function platformsIn(system: string): string[] {
  return system === '' ? [] : system.split(SEPARATOR);
}

/**
 * Holds every rule that may be about these packages against them anew, as they are on machines of one system, and stores what
 * matches. @returns the packages that something else matched before, and those that anything matches now
 */
export async function matchPackages(
  db: Db,
  system: string,
  packages: readonly StoredSoftware[],
): Promise<{ changed: number[]; matched: number[] }> {
  if (packages.length === 0) return { changed: [], matched: [] };
  const matches = await findMatches(db, system, packages);
  const matched = matches.filter(({ rules }) => rules.length > 0).map(({ software }) => software);
  return { changed: await updateMatches(db, system, matches), matched };
}

/** The same for packages that are looked at for the first time there. */
export async function matchNewPackages(db: Db, system: string, packages: readonly StoredSoftware[]): Promise<void> {
  await keepNames(
    db,
    packages.flatMap((each) => {
      const names = ruleNames(installedSoftware(each));
      return names.map((name) => ({ software: each.id, name }));
    }),
  );
  await insertMatches(db, system, await findMatches(db, system, packages));
}

async function findMatches(db: Db, system: string, packages: readonly StoredSoftware[]): Promise<MatchRow[]> {
  const own = platformsIn(system);
  const installed = packages.map((each) => Object.assign(installedSoftware(each), { id: each.id }));
  const { platforms, names } = namesOf(own, installed);
  const rules = await readRules(db, platforms, names);
  const found = new Map<number, number[]>(packages.map(({ id }) => [id, []]));
  for (const { rule, installed: each, state } of matchSoftware(new Set(own), rules, installed))
    if (isOpen({ state })) found.get(each.id)?.push(rule.id);
  return [...found].map(([software, matching]) => ({ software, rules: matching }));
}

/** The platforms and names under which rules may speak of packages. */
export function namesOf(
  own: readonly string[],
  installed: readonly ReturnType<typeof installedSoftware>[],
): { platforms: string[]; names: string[] } {
  const platforms = new Set(own);
  const names = new Set<string>();
  for (const each of installed) {
    if (each.ecosystem !== null) platforms.add(each.ecosystem.toLowerCase());
    for (const name of ruleNames(each)) names.add(name);
  }
  return { platforms: [...platforms], names: [...names] };
}
