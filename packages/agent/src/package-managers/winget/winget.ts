import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { observed, outputOf, plainUpdate, statedSoftware, wordOf } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parseDetails } from './parse-details.ts';

const QUIETLY = ['--accept-source-agreements', '--disable-interactivity'];

/** What `winget list --details` names. */
export function readInstalled(text: string): Installed {
  const software = parseDetails(text).flatMap(({ id, version }) =>
    statedSoftware('winget', { name: wordOf(id), version }),
  );
  return { software, unfinished: [], held: new Set() };
}

/** What it has newer. Its sources say nothing of security. */
export function readUpdates(text: string, { software }: Installed): AvailableUpdate[] {
  return parseDetails(text).flatMap(({ id, available }) =>
    available === null
      ? []
      : plainUpdate(
          software.find(({ name }) => name === wordOf(id)),
          { version: available, origin: 'winget' },
        ),
  );
}

/** The Windows Package Manager (https://learn.microsoft.com/windows/package-manager/winget/list). */
export const winget = observed({
  id: 'winget',
  isPresent: () => process.platform === 'win32',
  listInstalled: async () => readInstalled(await outputOf('winget', ['list', '--details', ...QUIETLY])),
  listUpdates: async (installed) =>
    readUpdates(await outputOf('winget', ['list', '--details', '--upgrade-available', ...QUIETLY]), installed),
  marks: [],
});
