import { type Installed, type InstalledInventory, installed } from '@fleetmend/domain/inventory/installed.ts';
import { readApkInstalled } from '@fleetmend/domain/inventory/read-apk-installed.ts';
import { readDpkgStatus } from '@fleetmend/domain/inventory/read-dpkg-status.ts';
import { readPacmanDesc } from '@fleetmend/domain/inventory/read-other-managers.ts';
import { readRpmFile } from '../read-rpm-file.ts';
import { listTree, note, type RootTree, readTreeFile } from './root-tree.ts';

const MAX_BYTES = 512 * 1024 ** 2;
const MAX_ENTRY = 1024 ** 2;
/** The first that is there is read: newer rpm leaves the older files where they were. */
const RPM = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'].flatMap((folder) =>
  ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((name) => `${folder}/${name}`),
);

/** One database of a package manager that was found, and what it holds. */
export interface Database {
  path: string;
  inventory: InstalledInventory;
}

/** Every database of a system's package managers in a tree. */
export async function readDatabases(tree: RootTree): Promise<Database[]> {
  const found = [
    ...(await readTexts(tree, ['/var/lib/dpkg/status', '/usr/lib/opkg/status'], readDpkgStatus)),
    ...(await readFolder(tree, '/var/lib/dpkg/status.d', {
      entry: (name) => (name.endsWith('.md5sums') ? null : name),
      read: readDpkgStatus,
    })),
    ...(await readTexts(tree, ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'], readApkInstalled)),
    ...(await readFolder(tree, '/var/lib/pacman/local', { entry: (name) => `${name}/desc`, read: readPacmanDesc })),
    ...(await readRpm(tree)),
  ];
  // `/lib` may be a link to `/usr/lib`: one database is found twice.
  const seen = new Set<string>();
  return found.filter(({ inventory }) => {
    const key = JSON.stringify(inventory.packages);
    return inventory.packages.length > 0 && !seen.has(key) && seen.add(key);
  });
}

type ReadText = (text: string) => InstalledInventory;

async function readTexts(tree: RootTree, paths: readonly string[], read: ReadText): Promise<Database[]> {
  const found: Database[] = [];
  for (const path of paths) {
    const bytes = await readTreeFile(tree, path, MAX_BYTES);
    if (bytes !== null) found.push({ path, inventory: read(bytes.toString('utf8')) });
  }
  return found;
}

/** A database whose entries are files of their own. */
async function readFolder(
  tree: RootTree,
  path: string,
  { entry, read }: { entry(name: string): string | null; read: ReadText },
): Promise<Database[]> {
  const texts: string[] = [];
  for (const name of await listTree(tree, path)) {
    const file = entry(name);
    const bytes = file === null ? null : await readTreeFile(tree, `${path}/${file}`, MAX_ENTRY);
    if (bytes !== null) texts.push(bytes.toString('utf8'));
  }
  return texts.length === 0 ? [] : [{ path, inventory: read(texts.join('\n\n')) }];
}

async function readRpm(tree: RootTree): Promise<Database[]> {
  for (const path of RPM) {
    const bytes = await readTreeFile(tree, path, MAX_BYTES);
    if (bytes === null) continue;
    const journal = path.endsWith('.sqlite') ? await readTreeFile(tree, `${path}-wal`, MAX_BYTES) : null;
    try {
      const read = await readRpmFile(path, bytes, journal);
      if (read === null) note(tree, path, 'it is no rpm database that is known here');
      else if (read.damaged > 0) note(tree, path, `${read.damaged} of its packages are damaged`);
      if (read !== null) return [{ path, inventory: read.inventory }];
    } catch (error) {
      note(tree, path, (error as Error).message);
    }
  }
  return [];
}

/** Applications that came from no package of the system: snaps, flatpaks and Homebrew's. */
export async function readApplications(
  tree: RootTree,
  readFile: (path: string) => Promise<InstalledInventory | null>,
): Promise<Installed[]> {
  const found: Installed[] = [];
  const add = async (path: string) => {
    const inventory = await readFile(path);
    found.push(...(inventory?.packages ?? []).map((each) => ({ ...each, path })));
  };
  for (const name of await listTree(tree, '/snap')) await add(`/snap/${name}/current/meta/snap.yaml`);
  for (const id of await listTree(tree, '/var/lib/flatpak/app')) {
    const share = `/var/lib/flatpak/app/${id}/current/active/files/share`;
    for (const folder of ['metainfo', 'appdata'])
      for (const file of await listTree(tree, `${share}/${folder}`))
        if (file.startsWith(id)) await add(`${share}/${folder}/${file}`);
  }
  for (const cellar of ['/home/linuxbrew/.linuxbrew/Cellar', '/opt/homebrew/Cellar', '/usr/local/Cellar'])
    for (const name of await listTree(tree, cellar))
      for (const version of await listTree(tree, `${cellar}/${name}`))
        found.push(installed(name, version, { ecosystem: 'brew', path: `${cellar}/${name}/${version}` }));
  return found;
}
