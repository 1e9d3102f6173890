import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareSteps, type Step } from '../compare-steps.ts';
import { findLackOfSpace } from '../find-lack-of-space.ts';
import type { InstalledPackage, PackageChanger, PackageFile } from '../package-manager.ts';
import { selectorIn } from './parse-devices.ts';
import { readDevices, readFile } from './read-devices.ts';

/** Asks the daemon which device each file is for and which version is in it. fwupd has no dry run of its own. */
async function findDeviation(files: readonly PackageFile[]): Promise<string | null> {
  const devices = await readDevices();
  const steps: Step[] = [];
  try {
    for (const { operation, path } of files) {
      const now = devices.find(({ name }) => name === operation.package);
      const inFile = (await readFile(path)).find(({ guid }) => guid === now?.guid);
      const to = inFile?.releases[0]?.version;
      if (now === undefined || to === undefined) return `what was approved is no firmware of ${operation.package}`;
      steps.push({ name: now.name, from: now.version, to });
    }
  } catch (error) {
    return hostLine(`fwupd cannot read what was approved: ${String(error)}`, 2000);
  }
  return compareSteps(files, steps);
}

/** The firmware of devices, each from one file that the daemon proves once more before it writes it. */
export function fwupdChanger(): PackageChanger {
  return {
    lockHolder: () => null,
    async readPackages(operations) {
      const devices = await readDevices();
      const found = operations.map((operation): [string, InstalledPackage] => {
        const version = devices.find(({ name }) => name === operation.package)?.version ?? null;
        return [packageKey(operation), { version, is_configured: true }];
      });
      return new Map(found);
    },
    async findLackOfSpace(files) {
      return findLackOfSpace(
        files.reduce((sum, { operation }) => sum + operation.size, 0),
        false,
      );
    },
    findDeviation,
    install: (files, direction) =>
      files.map(({ operation, path }) => {
        const older = direction === 'back' ? ['--allow-older'] : [];
        const args = ['local-install', '--assume-yes', '--no-reboot-check', ...older];
        return { command: 'fwupdmgr', args: [...args, '--', path, selectorIn(operation.package)] };
      }),
    repair: () => Promise.resolve([]),
    listAutomatic: () => Promise.resolve([]),
    markAutomatic: () => Promise.resolve(),
  };
}
