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
};

/** Ubuntu's releases by number (https://wiki.ubuntu.com/Releases): those with long-term support. */
const UBUNTU_CODENAMES: Readonly<Record<string, string>> = {
  '14.04': 'trusty',
  '16.04': 'xenial',
  '18.04': 'bionic',
  '20.04': 'focal',
  '22.04': 'jammy',
  '24.04': 'noble',
};

/** The system that a distribution's codename stands for; null for any other word. */
export function osOfCodename(codename: string): OperatingSystem | null {
  const families = [
    { family: 'debian', codenames: CODENAMES },
    { family: 'ubuntu', codenames: UBUNTU_CODENAMES },
  ];
  for (const { family, codenames } of families) {
    const release = Object.keys(codenames).find((each) => codenames[each] === codename);
    if (release !== undefined) return { family, release };
  }
  return null;
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
  const release = (os.release.split(/\s/)[0] ?? '').toLowerCase();
  const major = release.split('.')[0] ?? '';
  const minor = release.split('.').slice(0, 2).join('.');
  switch (os.family) {
    case 'debian': {
      const codename = Object.hasOwn(CODENAMES, major) ? CODENAMES[major] : undefined;
      return [`debian ${major}`, `debian:${major}`, ...(codename === undefined ? [] : [`debian ${codename}`])];
    }
    case 'ubuntu':
      return [`ubuntu ${minor}`, `ubuntu:${minor}`, `ubuntu:${minor}:lts`];
    case 'alpine':
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

/** The first release of a major one has no service pack. */
function suseEnterprise(major: string, minor: string): string[] {
  const pack = minor.split('.')[1] ?? '0';
  if (pack === '0') return [`suse linux enterprise ${major}`];
  return [`suse linux enterprise ${minor}`, `suse linux enterprise ${major}-sp${pack}`];
}
