import type { VendorUpdate } from '../advisories/read-msrc.ts';
import type { Software } from '../inventory/asset.ts';
import { doneUpdates } from './match-windows.ts';
import type { AdvisoryMatch } from './merge-matches.ts';

/**
 * Takes away matches that an update of a machine has ended: one that is there, as the machine's list or its build says, or that
 * one of those replaces. What is left ends with an update, also where nobody says which build it brings.
 * @param software all that is installed, updates of Windows (`KB5034127`) among it
 * @param known the updates that rules about this machine's Windows name
 */
export function applyUpdates(
  matches: readonly AdvisoryMatch[],
  software: readonly Pick<Software, 'ecosystem' | 'name'>[],
  known: readonly VendorUpdate[],
): AdvisoryMatch[] {
  const installed_kbs = software.flatMap(({ ecosystem, name }) => {
    const kb = ecosystem === 'windows' ? /^KB([0-9]+)$/.exec(name)?.[1] : undefined;
    return kb === undefined ? [] : [kb];
  });
  const done = new Map<string, Set<string>>();
  const doneOn = (build: string) => {
    const there = done.get(build) ?? doneUpdates({ build, installed_kbs }, known);
    done.set(build, there);
    return there;
  };
  return matches.flatMap((match) => {
    const [first] = match.rule.updates;
    if (first === undefined) return match;
    const present = doneOn(match.software.version);
    if (match.rule.updates.some(({ kb }) => present.has(kb))) return [];
    return match.fixed === null ? { ...match, state: 'affected' as const, fixed: `KB${first.kb}` } : match;
  });
}
