import { emptyInventory, type InstalledInventory, installed } from './installed.ts';

const SOURCE = /^(\S+)(?:\s+\(([^)]+)\))?$/;

/** Reads `/var/lib/dpkg/status`: what is installed, or half way to it. The release is told by `base-files`. */
export function readDpkgStatus(text: string): InstalledInventory {
  const inventory = emptyInventory(null);
  for (const paragraph of text.split(/\r?\n[ \t]*\r?\n/)) {
    const fields = readFields(paragraph);
    const name = fields.get('Package') ?? '';
    const version = fields.get('Version') ?? '';
    const state = (fields.get('Status') ?? 'install ok installed').split(' ')[2];
    if (name === '' || version === '' || state === 'not-installed' || state === 'config-files') continue;
    const [, source = name, source_version = version] = SOURCE.exec(fields.get('Source') ?? name) ?? [];
    const architecture = fields.get('Architecture') ?? '';
    inventory.packages.push(installed(name, version, { architecture, source, source_version }));
    if (name === 'base-files') inventory.os = releaseOf(version);
  }
  return inventory;
}

function readFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !/^\s/.test(line)) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Debian counts `base-files` by its own release (`12.4+deb12u9`); Ubuntu's tells nothing. */
function releaseOf(version: string): InstalledInventory['os'] {
  const release = /^([0-9]+)(?:\.[0-9]+)*(?:\+deb[0-9]+u[0-9]+)?$/.exec(version)?.[1];
  return release === undefined ? null : { family: 'debian', release };
}
