import type { Ecosystem } from '../../versions/ecosystems.ts';
import type { InstalledInventory } from '../installed.ts';
import { readApkInstalled } from '../read-apk-installed.ts';
import { readPacmanDesc } from '../read-other-managers.ts';
import type { ListedPackage, PackageList } from './package-list.ts';

/** What pacman has: the entries of its local database, one after the other. */
const pacmanList: PackageList = {
  ecosystem: 'alpm',
  program: 'find',
  args: ['/var/lib/pacman/local', '-name', 'desc', '-exec', 'cat', '{}', '+'],
  databases: ['/var/lib/pacman/local'],
  read: (text) => listed('alpm', readPacmanDesc(text), 'any'),
};

/** What apk has. */
const apkList: PackageList = {
  ecosystem: 'apk',
  program: 'cat',
  args: ['/lib/apk/db/installed'],
  databases: ['/lib/apk/db/installed'],
  read: (text) => listed('apk', readApkInstalled(text), 'noarch'),
};

/** The lists that are read from the databases themselves. */
export const otherLists = [pacmanList, apkList] as const;

function listed(ecosystem: Ecosystem, { packages }: InstalledInventory, anywhere: string): ListedPackage[] {
  return packages.map(({ name, version, architecture, source, source_version, module }) => ({
    software: {
      ecosystem,
      name,
      version,
      architecture: architecture || anywhere,
      source,
      source_version,
      module,
    },
    is_held: false,
    is_unfinished: false,
  }));
}
