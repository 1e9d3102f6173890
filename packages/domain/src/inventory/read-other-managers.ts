import { asRecord, recordsOf, textOf } from '../advisories/read-fields.ts';
import { emptyInventory, type InstalledInventory, installed, type OperatingSystem } from './installed.ts';
import { childrenOf, childText, type ParsedDocument } from './parsed-document.ts';

/**
 * Reads one entry of pacman's `/var/lib/pacman/local/…/desc`, or several of them one after the other: a name between percent
 * signs, and its values below it (https://man.archlinux.org/man/alpm-db-desc.5).
 */
export function readPacmanDesc(text: string): InstalledInventory {
  const inventory = emptyInventory({ family: 'arch', release: '' });
  for (const entry of text.split(/^(?=%NAME%\s*$)/m)) {
    const field = (name: string) => new RegExp(`^%${name}%\\r?\\n(.*)$`, 'm').exec(entry)?.[1]?.trim() ?? '';
    const [name, version] = [field('NAME'), field('VERSION')];
    if (name !== '' && version !== '')
      inventory.packages.push(installed(name, version, { architecture: field('ARCH'), source: field('BASE') || name }));
  }
  return inventory;
}

/** Reads what an application says of itself: snap's `snap.yaml`, flatpak's metainfo, Chocolatey's nuspec; null for another document. */
export function readApplication(document: ParsedDocument): InstalledInventory | null {
  if (document.form === 'yaml') {
    const snap = asRecord(document.value);
    const isSnap = snap !== null && ['confinement', 'architectures', 'grade', 'base'].some((key) => key in snap);
    return isSnap ? one('snap', textOf(snap, 'name'), versionOf(snap)) : null;
  }
  if (document.form !== 'xml') return null;
  const { root } = document;
  if (root.name === 'component' && childText(root, 'id') !== null) {
    const [newest] = childrenOf(childrenOf(root, 'releases')[0], 'release');
    return one('flatpak', childText(root, 'id'), newest?.attributes['version'] ?? null);
  }
  const [metadata] = childrenOf(root, 'metadata');
  if (root.name !== 'package' || metadata === undefined) return null;
  return one('chocolatey', childText(metadata, 'id'), childText(metadata, 'version'));
}

/** Reads Bottlerocket's inventory of its image, or Container-Optimized OS's; null for another document. */
export function readImageManifest(document: Record<string, unknown>): InstalledInventory | null {
  if (Array.isArray(document['Content'])) {
    const packages = recordsOf(document, 'Content').flatMap((entry) => {
      const [name, version, release] = [textOf(entry, 'Name'), textOf(entry, 'Version'), textOf(entry, 'Release')];
      if (name === null || version === null || release === null) return [];
      const epoch = textOf(entry, 'Epoch') ?? '0';
      const full = `${epoch === '0' ? '' : `${epoch}:`}${version}-${release}`;
      return installed(name, full, { architecture: textOf(entry, 'Architecture') ?? '' });
    });
    return { ...emptyInventory({ family: 'bottlerocket', release: '' }), packages };
  }
  if (!Array.isArray(document['installedPackages'])) return null;
  const cos: OperatingSystem = { family: 'cos', release: '' };
  const packages = recordsOf(document, 'installedPackages').flatMap((entry) => {
    const [name, version] = [textOf(entry, 'name'), textOf(entry, 'ebuild_version') ?? textOf(entry, 'version')];
    return name === null || version === null ? [] : installed(`${textOf(entry, 'category') ?? ''}/${name}`, version);
  });
  return { ...emptyInventory(cos), packages };
}

/** YAML reads `1.0` as a number. */
function versionOf(record: Record<string, unknown>): string | null {
  const version = record['version'];
  return typeof version === 'number' ? String(version) : textOf(record, 'version');
}

function one(ecosystem: string, name: string | null, version: string | null): InstalledInventory {
  const packages = name === null || version === null ? [] : [installed(name, version, { ecosystem })];
  return { ...emptyInventory(null), packages };
}
