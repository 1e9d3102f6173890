import type { OperatingSystem } from '@fleetmend/domain/inventory/installed.ts';
import { readOsRelease, readReleaseLine } from '@fleetmend/domain/inventory/read-os-release.ts';
import { type RootTree, readTreeFile } from './root-tree.ts';

const MAX_BYTES = 64 * 1024;
/** What systems had before os-release; Oracle's has Red Hat's file too. */
const RELEASE_LINES = ['oracle-release', 'centos-release', 'redhat-release', 'system-release', 'SuSE-release'];

/** The system whose root a tree is; null when nothing there tells. */
export async function findSystem(tree: RootTree): Promise<OperatingSystem | null> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const os = readOsRelease(await text(tree, path));
    if (os !== null) return os;
  }
  for (const name of RELEASE_LINES) {
    const os = readReleaseLine(await text(tree, `/etc/${name}`));
    if (os !== null) return os;
  }
  const alpine = /^[0-9]+\.[0-9.]+/.exec(await text(tree, '/etc/alpine-release'))?.[0];
  if (alpine !== undefined) return { family: 'alpine', release: alpine };
  const debian = /^[0-9]+(\.[0-9]+)?/.exec(await text(tree, '/etc/debian_version'))?.[0];
  return debian === undefined ? null : { family: 'debian', release: debian };
}

async function text(tree: RootTree, path: string): Promise<string> {
  return (await readTreeFile(tree, path, MAX_BYTES))?.toString('utf8') ?? '';
}
