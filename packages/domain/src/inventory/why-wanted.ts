import { operatingSystem } from './operating-system.ts';
import { platformsOf } from './platforms.ts';

/** How many machines run a system, as their os-release states it. */
export interface SystemCount {
  os: { id: string; version_id: string; name: string };
  machines: number;
}

const SHOWN = 2;

/**
 * Why a feed is wanted that speaks of these platforms (a pattern over their names in small letters): the systems that run, the
 * most frequent first, or the ecosystem of packages that are installed. Null when nothing of it is there.
 */
export function whyWanted(
  platforms: RegExp,
  systems: readonly SystemCount[],
  ecosystems: readonly string[],
): string | null {
  const spoken = systems
    .filter(({ os }) => platformsOf({ os: operatingSystem(os.id, os.version_id) }).some((each) => platforms.test(each)))
    .toSorted((a, b) => b.machines - a.machines || (a.os.name < b.os.name ? -1 : 1));
  const [first, ...more] = spoken.slice(0, SHOWN);
  if (first !== undefined) {
    const run = `${first.machines} ${first.machines === 1 ? 'machine runs' : 'machines run'} ${first.os.name}`;
    const others = spoken.length > SHOWN ? ` and ${spoken.length - SHOWN} other releases` : '';
    return [run, ...more.map(({ os, machines }) => `${machines} ${os.name}`)].join(', ') + others;
  }
  const packages = ecosystems.filter((each) => platforms.test(each.toLowerCase()));
  return packages.length === 0 ? null : `packages of ${packages.join(', ')} are installed`;
}
