import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { readSysteminfo } from '@fleetmend/domain/inventory/read-systeminfo.ts';
import { observed, outputOf, plainUpdate, statedSoftware, wordOf } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parseHotFixes, parseSearch, readVersion, SEARCH } from './parse-output.ts';

const POWERSHELL = ['-NoProfile', '-NonInteractive', '-Command'];

/**
 * Windows itself under the name Microsoft's updates have for it, and each hot fix as a package of its own.
 * @param told what `systeminfo` and `ver` print
 */
export function readInstalled(told: string, hotFixes: string): Installed {
  const windows = readSysteminfo(told);
  const kbs = new Set([...(windows?.installed_kbs ?? []), ...parseHotFixes(hotFixes)]);
  const version = windows === null ? null : readVersion(told, windows.build);
  const system =
    windows === null || version === null ? [] : statedSoftware('windows', { name: wordOf(windows.product), version });
  return {
    software: [
      ...system,
      ...[...kbs].sort().flatMap((kb) => statedSoftware('windows', { name: `KB${kb}`, version: kb })),
    ],
    unfinished: [],
    held: new Set(),
  };
}

/** What Windows Update offers, as hot fixes that are not there yet (version 0). A fix is what Microsoft gives a severity. */
export function readUpdates(text: string): AvailableUpdate[] {
  const found = parseSearch(text);
  return found.flatMap(({ kb, severity, cves }, at) => {
    if (found.findIndex((each) => each.kb === kb) < at) return [];
    const [absent] = statedSoftware('windows', { name: `KB${kb}`, version: '0' });
    return plainUpdate(absent, { version: kb, origin: 'Windows Update' }).map((update) => ({
      ...update,
      is_security: severity !== null,
      severity,
      changelog_cves: severity === null ? null : cves,
    }));
  });
}

/** Windows Update, through systeminfo, Get-HotFix and the Windows Update Agent. */
export const windowsUpdate = observed({
  id: 'windows-update',
  isPresent: () => process.platform === 'win32',
  listInstalled: async () => {
    const told = [await outputOf('systeminfo', []), await outputOf('cmd', ['/c', 'ver'])];
    return readInstalled(told.join('\n'), await outputOf('powershell', [...POWERSHELL, 'Get-HotFix']));
  },
  listUpdates: async () => readUpdates(await outputOf('powershell', [...POWERSHELL, SEARCH])),
  marks: [],
});
