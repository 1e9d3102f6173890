import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import { isInstallOnly } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { runCommand } from '../../platform/run-command.ts';
import { findLackOfSpace } from '../find-lack-of-space.ts';
import { type Locks, lockHolder } from '../lock-holder.ts';
import type { InstalledPackage, PackageChanger, PackageFile, Program } from '../package-manager.ts';
import { listInstalledRpms } from './list-installed.ts';

/** Where rpm keeps its database: Fedora's place and SUSE's, then the older one. */
const RPM_FOLDERS = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];
export const RPM_DATABASES = RPM_FOLDERS.flatMap((folder) =>
  ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((name) => `${folder}/${name}`),
);
const RPM_LOCKS = RPM_FOLDERS.map((folder) => `${folder}/.rpm.lock`);

/** What every front end of rpm shares in the root half; each adds how it tries and how it installs. */
export function rpmChanger(locks: Locks): Omit<PackageChanger, 'findDeviation' | 'install'> {
  return {
    lockHolder: () => lockHolder({ files: [...RPM_LOCKS, ...locks.files], pid_files: locks.pid_files }),
    readPackages,
    async findLackOfSpace(files) {
      const query = ['-qp', '--qf', '%{LONGSIZE}\\n', '--', ...files.map(({ path }) => path)];
      const result = await runCommand('rpm', query);
      const sizes = result.stdout.toString('utf8').split('\n').map(Number);
      const hasKernel = files.some(({ operation }) => isInstallOnly(operation.package));
      return findLackOfSpace(
        sizes.reduce((sum, size) => sum + (Number.isFinite(size) ? size : 0), 0),
        hasKernel,
      );
    },
    repair,
    // Front ends of rpm keep for themselves why a package is there, and a file does not change that.
    listAutomatic: () => Promise.resolve([]),
    markAutomatic: () => Promise.resolve(),
  };
}

/** Of a kernel, which stands beside others of its name, only the version that is meant counts. */
function pickVersion({ package: name, to, from }: Operation, versions: readonly string[]): string | null {
  if (!isInstallOnly(name)) return versions.includes(to) ? to : (versions[0] ?? null);
  return [to, from].find((version) => version !== null && versions.includes(version)) ?? null;
}

async function readPackages(operations: readonly Operation[]): Promise<Map<string, InstalledPackage>> {
  const { software } = await listInstalledRpms();
  return new Map(
    operations.map((operation) => {
      const versions = software
        .filter((each) => each.name === operation.package && each.architecture === operation.architecture)
        .map(({ version }) => version);
      const is_configured = versions.length < 2 || isInstallOnly(operation.package);
      return [packageKey(operation), { version: pickVersion(operation, versions), is_configured }];
    }),
  );
}

/**
 * A transaction that was cut in two has put new packages beside the old ones. Installing the new one once more takes away
 * whatever else bears its name. A database that no longer answers is rebuilt from its own headers first.
 */
async function repair(files: readonly PackageFile[]): Promise<Program[]> {
  const programs: Program[] = [];
  const isReadable = (await runCommand('rpm', ['-qa', '--qf', ''])).code === 0;
  if (!isReadable) programs.push({ command: 'rpm', args: ['--rebuilddb'] });
  const packages = isReadable ? await readPackages(files.map(({ operation }) => operation)) : new Map();
  const twice = files.filter(({ operation }) => {
    const found: InstalledPackage | undefined = packages.get(packageKey(operation));
    return found !== undefined && !found.is_configured && found.version === operation.to;
  });
  if (twice.length > 0) {
    const args = ['-U', '--replacepkgs', '--oldpackage', '--', ...twice.map(({ path }) => path)];
    programs.push({ command: 'rpm', args });
  }
  return programs;
}
