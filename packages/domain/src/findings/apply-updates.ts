import type { VendorUpdate } from '../advisories/read-msrc.ts';
import type { Software } from '../inventory/asset.ts';
import { findingKey } from './derive-findings.ts';
import { doneUpdates } from './match-windows.ts';
import type { AdvisoryMatch, NamedPackage } from './merge-matches.ts';

/**
 * Takes away matches that an update of a machine has ended: one that is there, as the machine's list or its build says, or that
 * one of those replaces. What is left ends with an update, also where nobody says which build it brings.
 * @param software all that is installed, updates of Windows (`KB5034127`) among it
 * @param known the updates that rules about this machine's Windows name
 * @returns with the keys of the findings that are ended
 */
export function applyUpdates(
  matches: readonly NamedPackage[],
  software: readonly Pick<Software, 'ecosystem' | 'name'>[],
  known: readonly VendorUpdate[],
): { left: AdvisoryMatch[]; ended: ReadonlySet<string> } {
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
  const isDone = ({ rule, software: { version } }: NamedPackage) =>
    rule.updates.length > 0 && rule.updates.some(({ kb }) => doneOn(version).has(kb));
  return {
    left: matches.filter((match) => !isDone(match)).map(nameUpdate),
    ended: new Set(matches.filter(isDone).flatMap(keysOf)),
  };
}

/** What no version is known to end is ended by an update. */
function nameUpdate(match: NamedPackage): AdvisoryMatch {
  const [first] = match.rule.updates;
  return first === undefined ? match : { ...match, update: `KB${first.kb}` };
}

function keysOf({ software, rule }: NamedPackage): string[] {
  return rule.advisory.vulnerabilities.map((vulnerability) => findingKey({ ...software, vulnerability }));
}
