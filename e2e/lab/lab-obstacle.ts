import { existsSync } from 'node:fs';

/** What the lab's hosts need, and the Debian package each comes in. */
const LAB_TOOLS = {
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  'apt-ftparchive': 'apt-utils',
  'dpkg-deb': 'dpkg',
  gpg: 'gnupg',
  nsenter: 'util-linux',
  ip: 'iproute2',
  openssl: 'openssl',
  rpmbuild: 'rpm',
  createrepo_c: 'createrepo-c',
  makepkg: 'makepkg',
  'repo-add': 'pacman-package-manager',
  bsdtar: 'libarchive-tools',
  flatpak: 'flatpak',
  ostree: 'ostree',
} as const satisfies Record<string, string>;

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Debian packages the lab lacks on this machine. */
function missingLabPackages(): string[] {
  const missing = Object.entries(LAB_TOOLS).filter(
    ([tool]) => !FOLDERS.some((folder) => existsSync(`${folder}/${tool}`)),
  );
  return [...new Set(missing.map(([, name]) => name))];
}

/** Why no real hosts can be booted here, in words; null when they can. Real hosts need root and a Debian or Ubuntu. */
function labObstacle(): string | null {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is no Debian or Ubuntu';
  if (process.getuid?.() !== 0) return 'booting test hosts needs root';
  const missing = missingLabPackages();
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

/** Says aloud that tests on real hosts do not run, so that nobody takes their silence for success. @returns whether they can run. */
export function canRunLab(what: string): boolean {
  const obstacle = labObstacle();
  if (obstacle !== null) process.stderr.write(`\n!!! SKIPPED: ${what}: ${obstacle}\n\n`);
  return obstacle === null;
}
