import { emptyInventory, type InstalledInventory, installed } from './installed.ts';

/** Reads Alpine's `/lib/apk/db/installed` (https://wiki.alpinelinux.org/wiki/Apk_spec): `P`, `V`, `A` and `o`, the source. */
export function readApkInstalled(text: string): InstalledInventory {
  const inventory = emptyInventory(null);
  for (const paragraph of text.split(/\r?\n\r?\n/)) {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
    const name = field('P');
    const version = field('V');
    if (name === '' || version === '') continue;
    inventory.packages.push(installed(name, version, { architecture: field('A'), source: field('o') || name }));
    if (name === 'alpine-release') inventory.os = { family: 'alpine', release: version.replace(/-r[0-9]+$/, '') };
  }
  return inventory;
}
