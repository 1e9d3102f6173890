import { emptyInventory, type Installed, type InstalledInventory, installed } from './installed.ts';

/** The package that tells the distribution, and the family it stands for. */
const RELEASES: Readonly<Record<string, string>> = {
  'almalinux-release': 'almalinux',
  'rocky-release': 'rocky',
  'centos-release': 'centos',
  'centos-linux-release': 'centos',
  'redhat-release': 'redhat',
  'redhat-release-server': 'redhat',
  'oraclelinux-release': 'oracle',
  'photon-release': 'photon',
  'openSUSE-release': 'opensuse-leap',
  'fedora-release-common': 'fedora',
};

/**
 * Reads `rpm -qa`: a package on each line as rpm names it (`bash-4.4.20-4.el8_6.x86_64`, with `-2:` where an epoch is
 * asked for), or `name epoch version release arch …` with blanks between them.
 * @returns null when a line is neither.
 */
export function readRpmList(text: string): InstalledInventory | null {
  const inventory = emptyInventory(null);
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const read = /\s/.test(line) ? readColumns(line.split(/\s+/)) : readName(line);
    if (read === null) return null;
    // Keys that were imported are listed as packages and are none.
    if (read.name === 'gpg-pubkey') continue;
    inventory.packages.push(read);
    const family = Object.hasOwn(RELEASES, read.name) ? RELEASES[read.name] : undefined;
    const [release = ''] = read.version.replace(/^[0-9]+:/, '').split('-');
    if (family !== undefined) inventory.os = { family, release };
    if (read.name === 'system-release' && read.version.includes('.amzn')) inventory.os = { family: 'amazon', release };
  }
  return inventory;
}

function readName(line: string): Installed | null {
  const match =
    /^(.+)-([^-]+)-([^-]+?)(?:\.(x86_64|i[3-6]86|aarch64|noarch|ppc64le|s390x|armv7hl|src|\(none\)))?$/.exec(line);
  if (match === null) return null;
  const [, name = '', version = '', release = '', architecture = ''] = match;
  return installed(name, `${version}-${release}`, { architecture });
}

function readColumns([name, epoch, version, release, architecture, ...rest]: string[]): Installed | null {
  if (name === undefined || version === undefined || release === undefined) return null;
  if (epoch === undefined || !/^(?:[0-9]+|\(none\))$/.test(epoch)) return null;
  const prefix = epoch === '0' || epoch === '(none)' ? '' : `${epoch}:`;
  const full = `${prefix}${version}-${release}`;
  const module = rest.find((each) => /^[^:\s]+:[^:\s]+:[0-9]+:/.test(each)) ?? null;
  const source = rest.map((each) => /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(each)?.[1]).find((each) => each !== undefined);
  return installed(name, full, { architecture: architecture ?? '', module, source: source ?? name });
}
