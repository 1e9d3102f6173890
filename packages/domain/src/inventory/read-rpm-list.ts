import {
  emptyInventory,
  type Installed,
  type InstalledInventory,
  installed,
  type OperatingSystem,
} from './installed.ts';
import { sourceName } from './read-purl.ts';

/**
 * The package that tells the distribution, and the family it stands for. Oracle's and Amazon's systems bear Red Hat's package
 * beside their own, so theirs is the last word.
 */
const RELEASES: readonly (readonly [name: RegExp, family: string])[] = [
  [/^redhat-release(-server|-workstation|-client|-computenode)?$/, 'redhat'],
  [/^centos-(stream-|linux-)?release$/, 'centos'],
  [/^fedora-release(-common)?$/, 'fedora'],
  [/^almalinux(-kitten)?-release$/, 'almalinux'],
  [/^rocky-release$/, 'rocky'],
  [/^oraclelinux-release$/, 'oracle'],
  [/^photon-release$/, 'photon'],
  [/^mariner-release$/, 'mariner'],
  [/^azurelinux-release$/, 'azurelinux'],
  [/^sles-release$/, 'sles'],
  [/^(SLE|SL)-Micro-release$/, 'slem'],
  [/^(openSUSE|openSUSE-Leap|Leap)-release$/, 'opensuse-leap'],
  [/^openSUSE-Tumbleweed-release$/, 'opensuse-tumbleweed'],
  [/^openEuler-release$/, 'openeuler'],
];
const ARCHITECTURE =
  /^(?:x86_64(?:_v[234])?|amd64|i[3-6]86|ia64|athlon|geode|aarch64|armv[5-8]\w*|noarch|ppc|ppc64|ppc64le|s390x?|riscv64|loongarch64|mips\w*|sparc\w*|alpha|src|nosrc|\(none\))$/;
const EPOCH = /^(?:[0-9]+|\(none\))$/;
/** Versions and releases of rpm hold no `-`; an epoch stands before the version, or before it all. */
const NAME = /^(?:([0-9]+|\(none\)):)?(.+)-(?:([0-9]+|\(none\)):)?([^-:]*[0-9][^-:]*)-([^-:]+)$/;
const EVR = /^(?:([0-9]+|\(none\)):)?([^-:]*[0-9][^-:]*)-([^-:]+)$/;
/** Releases of Amazon's first system are years and months. */
const AMAZON = /\.amzn|^(?:1:)?201[0-9]\./;
const SOURCE = /\.(?:no)?src\.rpm$/;
const MODULE = /^[^:\s]+:[^:\s]+:[0-9]+:/;
/** Longer than any package's name, versions, source and module together. */
const LONGEST_LINE = 2000;
/** What yum and dnf write above their list. */
const HEADING = /^(?:Installed Packages|Loaded plugins:.*|Last metadata expiration check:.*)$/;

/**
 * Reads `rpm -qa` in any usual form: a package on each line as rpm names it (`bash-4.4.20-4.el8_6.x86_64`, with an epoch as
 * `-2:` or before the name, with or without an architecture), or name, epoch, version, release, architecture, source and
 * module in columns parted by blanks, tabs, commas or bars.
 * @returns null when a line is neither.
 */
export function readRpmList(text: string): InstalledInventory | null {
  const inventory = emptyInventory(null);
  for (const line of text.split('\n').map((each) => each.trim().replace(/^"|"$/g, ''))) {
    if (line === '' || HEADING.test(line)) continue;
    const read = readLine(line);
    if (read === null) return null;
    // Keys that were imported are listed as packages and are none.
    if (read.name !== 'gpg-pubkey') inventory.packages.push(read);
  }
  inventory.os = systemOfRpms(inventory.packages);
  return inventory;
}

/** The system that a package among these stands for; null when none does. */
export function systemOfRpms(packages: readonly Installed[]): OperatingSystem | null {
  let told = -1;
  let os: OperatingSystem | null = null;
  for (const each of packages) {
    const isAmazon = each.name === 'system-release' && AMAZON.test(each.version);
    const rank = isAmazon ? RELEASES.length : RELEASES.findIndex(([name]) => name.test(each.name));
    if (rank <= told) continue;
    told = rank;
    os = systemOf(each, isAmazon ? 'amazon' : (RELEASES[rank]?.[1] ?? ''));
  }
  return os;
}

function readLine(line: string): Installed | null {
  if (line.length > LONGEST_LINE) return null;
  const columns = line.split(/[\s,|;]+/).filter((each) => each !== '');
  const [first = ''] = columns;
  return columns.length === 1 ? readName(first) : (readColumns(columns) ?? readName(first));
}

/** A release of Tumbleweed is a date; `7Server` is 7. */
function systemOf({ version }: Installed, family: string): OperatingSystem {
  const [release = ''] = version.replace(/^[0-9]+:/, '').split('-');
  if (family === 'opensuse-leap' && /^20[0-9]{6}$/.test(release)) return { family: 'opensuse-tumbleweed', release };
  return { family, release: release.replace(/^([0-9]+)(Server|Client|Workstation|ComputeNode)$/, '$1') };
}

function readName(line: string): Installed | null {
  const { name: whole, architecture } = withoutArchitecture(line.replace(/\.rpm$/, ''));
  const [, before, name, epoch = before, version, release] = NAME.exec(whole) ?? [];
  if (name === undefined || version === undefined || release === undefined) return null;
  return installed(name, evr(epoch, version, release), { architecture });
}

function withoutArchitecture(text: string): { name: string; architecture: string } {
  const at = text.lastIndexOf('.');
  const last = text.slice(at + 1);
  if (at <= 0 || !ARCHITECTURE.test(last)) return { name: text, architecture: '' };
  return { name: text.slice(0, at), architecture: last === '(none)' ? '' : last };
}

function readColumns([first = '', ...rest]: readonly string[]): Installed | null {
  // `bash.x86_64` is a name with its architecture, as yum and dnf write it.
  const given = withoutArchitecture(first);
  const source = rest.find((each) => SOURCE.test(each));
  const module = rest.find((each) => MODULE.test(each)) ?? null;
  const left = rest.filter((each) => !SOURCE.test(each) && !MODULE.test(each));
  while (left.at(-1) === '(none)') left.pop();
  const at = left.findIndex((each) => ARCHITECTURE.test(each) && each !== '(none)');
  const version = given.architecture === '' ? readVersion(versionColumns(left, at)) : readVersion(left.slice(0, 1));
  if (version === null) return null;
  return installed(given.name, version, {
    architecture: left[at] ?? given.architecture,
    module,
    source: source === undefined ? given.name : sourceName(source),
  });
}

/** What stands before the architecture, or behind it where nothing does. */
function versionColumns(columns: readonly string[], at: number): readonly string[] {
  if (at === -1) return columns;
  return at === 0 ? columns.slice(1) : columns.slice(0, at);
}

/** Epoch, version and release in one, two or three columns; more columns than that are something else. */
function readVersion(columns: readonly string[]): string | null {
  const [a = '', b = '', c = ''] = columns;
  if (columns.length === 1) return readEvr(a);
  if (columns.length === 2) return EPOCH.test(a) && b.includes('-') ? readEvr(`${a}:${b}`) : readEvr(`${a}-${b}`);
  return columns.length === 3 && EPOCH.test(a) ? readEvr(`${a}:${b}-${c}`) : null;
}

function readEvr(text: string): string | null {
  const [, epoch, version, release] = EVR.exec(text) ?? [];
  return version === undefined || release === undefined ? null : evr(epoch, version, release);
}

function evr(epoch: string | undefined, version: string, release: string): string {
  const prefix = epoch === undefined || epoch === '0' || epoch === '(none)' ? '' : `${epoch}:`;
  return `${prefix}${version}-${release}`;
}
