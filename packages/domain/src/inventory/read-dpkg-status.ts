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

/** The `base-files` that Ubuntu's releases with long-term support came with; they keep it, and number their own changes. */
const UBUNTU: Readonly<Record<string, string>> = {
  '7.2ubuntu5': '14.04',
  '9.4ubuntu4': '16.04',
  '10.1ubuntu2': '18.04',
  '11ubuntu5': '20.04',
  '12ubuntu4': '22.04',
  '13ubuntu10': '24.04',
};

/** Debian counts `base-files` by its own release (`12.4+deb12u9`); Ubuntu does not, but its releases keep to one. */
function releaseOf(version: string): InstalledInventory['os'] {
  const release = /^([0-9]+)(?:\.[0-9]+)*(?:\+deb[0-9]+u[0-9]+)?$/.exec(version)?.[1];
  if (release !== undefined) return { family: 'debian', release };
  const [own = ''] = /^[0-9.]+ubuntu[0-9]+/.exec(version) ?? [];
  const ubuntu = Object.hasOwn(UBUNTU, own) ? UBUNTU[own] : undefined;
  return ubuntu === undefined ? null : { family: 'ubuntu', release: ubuntu };
}
