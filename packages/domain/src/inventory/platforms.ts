import type { InstalledInventory, OperatingSystem } from './installed.ts';
import { WHOLE_SYSTEMS } from './operating-system.ts';

/** Debian's releases by number (https://www.debian.org/releases/). */
const CODENAMES: Readonly<Record<string, string>> = {
  7: 'wheezy',
  8: 'jessie',
  9: 'stretch',
  10: 'buster',
  11: 'bullseye',
  12: 'bookworm',
  13: 'trixie',
  14: 'forky',
  15: 'duke',
};

/** Ubuntu's releases by number (https://wiki.ubuntu.com/Releases): those that are supported, or were for long. */
const UBUNTU_CODENAMES: Readonly<Record<string, string>> = {
  '14.04': 'trusty',
  '16.04': 'xenial',
  '18.04': 'bionic',
  '20.04': 'focal',
  '22.04': 'jammy',
  '24.04': 'noble',
  '24.10': 'oracular',
  '25.04': 'plucky',
  '25.10': 'questing',
  '26.04': 'resolute',
};

/** The system that a distribution's codename stands for; null for any other word. */
export function osOfCodename(codename: string): OperatingSystem | null {
  const families = [
    { family: 'debian', codenames: CODENAMES },
    { family: 'ubuntu', codenames: UBUNTU_CODENAMES },
  ];
  for (const { family, codenames } of families) {
    const release = numberOf(codenames, codename);
    if (release !== undefined) return { family, release };
  }
  return null;
}

function numberOf(codenames: Readonly<Record<string, string>>, codename: string): string | undefined {
  return Object.keys(codenames).find((each) => codenames[each] === codename);
}

/**
 * The names that feeds give to the system of an inventory, in small letters: OSV's ecosystems, Trivy's buckets, Debian's
 * codenames. The first is the plainest. `repositories` are those Red Hat's entries hold for, by major release.
 */
export function platformsOf(
  { os }: Pick<InstalledInventory, 'os'>,
  repositories: Readonly<Record<string, number>> = {},
): string[] {
  if (os === null) return [];
  // Up to macOS 10 the second number was the release.
  if (Object.hasOwn(WHOLE_SYSTEMS, os.family))
    return [`${os.family} ${/^10\.[0-9]+|^[0-9]+/.exec(os.release)?.[0] ?? ''}`.trim(), os.family];
  // `trixie/sid` stands in /etc/debian_version until trixie is out.
  const release = (os.release.split(/[\s/]/)[0] ?? '').toLowerCase();
  const major = release.split('.')[0] ?? '';
  const minor = release.split('.').slice(0, 2).join('.');
  switch (os.family) {
    case 'debian':
      return debian(numberOf(CODENAMES, major) ?? major);
    case 'ubuntu': {
      const number = numberOf(UBUNTU_CODENAMES, release) ?? minor;
      return [`ubuntu ${number}`, `ubuntu:${number}`, `ubuntu:${number}:lts`];
    }
    case 'alpine':
      // Edge calls itself after the release that it will become: `3.23_alpha20250612`, and `3.23.0_alpha20250612`.
      if (/^edge$|_alpha|_git/.test(release)) return ['alpine edge', 'alpine:edge'];
      return [`alpine ${minor}`, `alpine:v${minor}`];
    case 'alma':
    case 'almalinux':
      return [`alma ${major}`, `almalinux:${major}`];
    case 'rocky':
    case 'rockylinux':
      return [`rocky ${major}`, `rocky ${minor}`, `rocky linux:${major}`];
    case 'centos':
    case 'redhat':
    case 'rhel': {
      const repository = Object.hasOwn(repositories, major) ? repositories[major] : undefined;
      const own = repository === undefined ? [] : [`red hat ${repository}`];
      return [`redhat ${major}`, ...own, `red hat:enterprise_linux:${major}`];
    }
    case 'oracle':
    case 'ol':
      return [`oracle linux ${major}`, `oracle linux:${major}`];
    case 'amazon':
    case 'amzn':
      // Releases of the first one are dates.
      return [`amazon linux ${['2', '2022', '2023'].includes(major) ? major : '1'}`];
    case 'photon':
      return [`photon os ${minor}`];
    case 'cbl-mariner':
    case 'mariner':
      return [`cbl-mariner ${minor}`, `mariner:${major}`];
    case 'azurelinux':
      return [`azure linux ${minor}`, `azure linux:${major}`];
    case 'opensuse-tumbleweed':
      return ['opensuse tumbleweed', 'opensuse:tumbleweed'];
    case 'opensuse':
    case 'opensuse-leap':
    case 'opensuse.leap':
      if (release === 'tumbleweed') return platformsOf({ os: { family: 'opensuse-tumbleweed', release } });
      return [`opensuse leap ${minor}`, `opensuse:leap ${minor}`];
    case 'sles':
    case 'sles_sap':
    case 'sled':
    case 'suse linux enterprise server':
    case 'suse.linux.enterprise.server':
      return suseEnterprise(major, minor);
    case 'slem':
    case 'sle-micro':
    case 'sle-micro-rancher':
    case 'sl-micro':
    case 'suse linux enterprise micro':
      return [`suse linux enterprise micro ${minor}`];
    default:
      return [`${os.family} ${minor}`.trim(), `${os.family}:${major}`, os.family];
  }
}

function debian(number: string): string[] {
  const codename = Object.hasOwn(CODENAMES, number) ? CODENAMES[number] : undefined;
  return [`debian ${number}`, `debian:${number}`, ...(codename === undefined ? [] : [`debian ${codename}`])];
}

/** The first release of a major one has no service pack. */
function suseEnterprise(major: string, minor: string): string[] {
  const pack = minor.split('.')[1] ?? '0';
  if (pack === '0') return [`suse linux enterprise ${major}`];
  return [`suse linux enterprise ${minor}`, `suse linux enterprise ${major}-sp${pack}`];
}
