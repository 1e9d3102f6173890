import { subjectsOf } from '@fleetmend/domain/findings/index-subjects.ts';
import { installedSoftware } from '@fleetmend/domain/findings/installed-software.ts';
import { isOpen } from '@fleetmend/domain/findings/match-finding.ts';
import { matchSoftware } from '@fleetmend/domain/findings/match-software.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { operatingSystem, WHOLE_SYSTEMS } from '@fleetmend/domain/inventory/operating-system.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import type { StoredSoftware } from '../inventory/contents.queries.ts';
import type { Db } from '../platform/database.ts';
import { readRules } from './match.queries.ts';
import { type MatchRow, writeMatches } from './match.store.ts';

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
 * Holds every rule that may be about these packages against them, as they are on machines of one system, and stores what
 * is said. @returns the packages of which something else was said before, or nothing
 */
export async function matchPackages(db: Db, system: string, packages: readonly StoredSoftware[]): Promise<number[]> {
  if (packages.length === 0) return [];
  const own = platformsIn(system);
  const installed = packages.map((each) => ({ ...installedSoftware(each), id: each.id }));
  const { platforms, names } = namesOf(own, installed);
  const rules = await readRules(db, platforms, names);
  const found = new Map<number, MatchRow>(
    packages.map(({ id }) => [id, { software: id, rules: [], states: [], fixed: [] }]),
  );
  for (const { rule, installed: each, state, fixed } of matchSoftware(new Set(own), rules, installed)) {
    const row = found.get(each.id);
    if (row === undefined || !isOpen({ state })) continue;
    row.rules.push(rule.id);
    row.states.push(state);
    row.fixed.push(fixed);
  }
  return writeMatches(db, system, [...found.values()]);
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
    for (const { key } of subjectsOf(each)) names.add(key.slice(key.indexOf('\n') + 1));
  }
  return { platforms: [...platforms], names: [...names] };
}
