import { emptyInventory, type InstalledInventory, installed } from './installed.ts';

/** Reads Alpine's `/lib/apk/db/installed` (https://wiki.alpinelinux.org/wiki/Apk_spec): `P`, `V`, `A` and `o`, the source. */
export function readApkInstalled(text: string): InstalledInventory {
  const inventory = emptyInventory(null);
  for (const paragraph of text.split(/\r?\n\r?\n/)) {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
    add(inventory, { name: field('P'), version: field('V'), architecture: field('A'), source: field('o') });
  }
  return inventory;
}

/** A line of `apk list --installed`: `libcrypto3-3.3.1-r0 x86_64 {openssl} (Apache-2.0) [installed]`. */
const LISTED = /^(\S+)-([0-9]\S*-r[0-9]+) (\S+) \{([^}]*)\} \(.*\) \[installed.*\]$/;

/** Longer than any package's name, version, source and licence together. */
const LONGEST_LINE = 4000;

/** Reads what `apk list --installed` prints; null when a line is something else than that or a warning. */
export function readApkList(text: string): InstalledInventory | null {
  const inventory = emptyInventory(null);
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('WARNING: ')) continue;
    if (line.length > LONGEST_LINE) return null;
    const [, name = '', version = '', architecture = '', source = ''] = LISTED.exec(line) ?? [];
    if (name === '') return null;
    add(inventory, { name, version, architecture, source });
  }
  return inventory;
}

function add(
  inventory: InstalledInventory,
  { name, version, architecture, source }: Record<'name' | 'version' | 'architecture' | 'source', string>,
): void {
  if (name === '' || version === '') return;
  inventory.packages.push(installed(name, version, { architecture, source: source || name }));
  if (name === 'alpine-release') inventory.os = { family: 'alpine', release: version.replace(/-r[0-9]+$/, '') };
}
