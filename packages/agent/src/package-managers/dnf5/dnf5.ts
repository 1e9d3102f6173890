import { existsSync, realpathSync } from 'node:fs';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { observed, outputOf } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { listInstalledRpms } from '../rpm/list-installed.ts';
import { describeUpdate, findInstalledRpm } from '../rpm/offers.ts';
import { RPM_DATABASES } from '../rpm/rpm-changer.ts';
import { parseSecurity, parseUpgrades } from './parse-tables.ts';

/** These two say with this code that there is something newer. */
const SOME = 100;

/** What both tables say together. They name advisories and no CVE ids, and no file that could be approved. */
export function readUpdates(upgrades: string, security: string, { software, held }: Installed): AvailableUpdate[] {
  const fixes = parseSecurity(security);
  return parseUpgrades(upgrades).flatMap((candidate) => {
    const now = findInstalledRpm(software, candidate);
    if (now === null) return [];
    const is_held = held.has(`${now.name}:${now.architecture}`);
    const update = describeUpdate(now, candidate, { offers: [...fixes, candidate], is_held, has_advisories: false });
    return [{ ...update, size: null }];
  });
}

/** Whether the program that answers to `dnf` is the fifth, which is no Python program any more. */
function isDnf5(): boolean {
  return (
    existsSync('/usr/bin/dnf5') && (!existsSync('/usr/bin/dnf') || realpathSync('/usr/bin/dnf') === '/usr/bin/dnf5')
  );
}

const MARKS = [...RPM_DATABASES, '/etc/dnf/dnf.conf', '/etc/yum.conf', '/etc/yum.repos.d'];

/** Fedora since 41: dnf5(8). */
export const dnf5 = observed({
  id: 'dnf5',
  isPresent: isDnf5,
  listInstalled: listInstalledRpms,
  listUpdates: async (installed) => {
    const upgrades = await outputOf('dnf5', ['-q', 'check-upgrade'], [0, SOME]);
    return readUpdates(upgrades, await outputOf('dnf5', ['-q', 'advisory', 'list', '--security']), installed);
  },
  marks: MARKS,
});

/** RHEL 7 and older with its kin, and Amazon Linux 2: yum(8). */
export const yum = observed({
  id: 'yum',
  isPresent: () => existsSync('/usr/bin/yum') && !existsSync('/usr/bin/dnf'),
  listInstalled: listInstalledRpms,
  listUpdates: async (installed) => {
    const upgrades = await outputOf('yum', ['-q', 'check-update'], [0, SOME]);
    return readUpdates(upgrades, await outputOf('yum', ['-q', 'updateinfo', 'list', 'security']), installed);
  },
  marks: MARKS,
});
