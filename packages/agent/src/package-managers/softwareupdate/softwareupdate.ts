import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { observed, outputOf, plainUpdate, statedSoftware, wordOf } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parseSwVers, parseUpdates } from './parse-output.ts';

/** The system itself, under one name whatever its release is called. */
export function readInstalled(swVers: string): Installed {
  const system = parseSwVers(swVers);
  const software = system === null ? [] : statedSoftware('macos', { ...system, name: wordOf(system.name) });
  return { software, unfinished: [], held: new Set() };
}

/**
 * Updates of the system: it can be told which release they replace. What else is on the list, such as Xcode's tools, says
 * nothing of what is installed. Apple does not say here which update is a fix.
 */
export function readUpdates(text: string, { software }: Installed): AvailableUpdate[] {
  const [system] = software;
  return parseUpdates(text)
    .filter(({ title }) => title.startsWith('macOS '))
    .flatMap(({ version, size, label }) =>
      plainUpdate(system, { version, origin: 'Apple' }).map((update) => ({ ...update, size, suite: label })),
    );
}

/** macOS: softwareupdate(8). */
export const softwareupdate = observed({
  id: 'softwareupdate',
  isPresent: () => process.platform === 'darwin',
  listInstalled: async () => readInstalled(await outputOf('sw_vers', [])),
  listUpdates: async (installed) => readUpdates(await outputOf('softwareupdate', ['--list']), installed),
  marks: ['/System/Library/CoreServices/SystemVersion.plist', '/Library/Updates'],
});
