import { existsSync } from 'node:fs';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { observed, outputOf, plainUpdate, statedSoftware } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parseOutdated, parseVersions } from './parse-output.ts';

/** Where Homebrew is at home: on Apple's processors, on Intel's, on Linux. */
const PREFIXES = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'];
const prefix = () => PREFIXES.find((path) => existsSync(`${path}/bin/brew`) && existsSync(`${path}/Cellar`));

/** What `brew list --versions` names. */
export function readInstalled(text: string): Installed {
  return {
    software: parseVersions(text).flatMap((each) => statedSoftware('brew', each)),
    unfinished: [],
    held: new Set(),
  };
}

/** What it has newer; a pinned formula is held back. Homebrew says nothing of security. */
export function readUpdates(text: string, { software }: Installed): AvailableUpdate[] {
  return parseOutdated(text).flatMap(({ name, current_version, pinned }) =>
    plainUpdate(
      software.find((each) => each.name === name),
      { version: current_version, origin: 'homebrew', is_held: pinned },
    ),
  );
}

/** Homebrew (https://docs.brew.sh/Manpage), on macOS and on Linux. */
export const homebrew = observed({
  id: 'homebrew',
  isPresent: () => prefix() !== undefined,
  listInstalled: async () => readInstalled(await outputOf(`${prefix()}/bin/brew`, ['list', '--versions'])),
  listUpdates: async (installed) =>
    readUpdates(await outputOf(`${prefix()}/bin/brew`, ['outdated', '--json=v2']), installed),
  marks: PREFIXES.flatMap((path) => [`${path}/Cellar`, `${path}/Caskroom`]),
});
