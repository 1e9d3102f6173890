import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What the tests on booted machines, with a signed local repository and in a browser call. */
const PACKAGES = [
  'apt-utils',
  'chromium',
  'createrepo-c',
  'debootstrap',
  'debsecan',
  'flatpak',
  'gnupg',
  'libarchive-tools',
  'makepkg',
  'openssh-client',
  'openssh-server',
  'ostree',
  'pacman-package-manager',
  'rpm',
  'systemd-container',
  'zstd',
];

/**
 * As root on Debian or Ubuntu: says which packages the host tests need and installs the missing ones. Elsewhere says that
 * those tests are skipped. @throws when the packages cannot be installed: a test run that quietly tests less is no test run.
 */
export function installWhatHostTestsNeed(): void {
  const system = systemId();
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || !['debian', 'ubuntu'].includes(system)) {
    console.log(
      'Skipped here, for they need root on Debian or Ubuntu: the tests on booted machines and in the browser.',
    );
    return;
  }
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  console.log(`The tests on booted machines and in the browser need these packages: ${PACKAGES.join(', ')}.`);
  if (missing.length === 0) {
    console.log('They are all installed.');
    return;
  }
  console.log(`Installing with apt-get: ${missing.join(', ')} …`);
  aptGet(['update', '-q']);
  aptGet(['install', '-y', '-q', '--no-install-recommends', ...missing]);
}

function systemId(): string {
  if (!existsSync('/etc/os-release')) return '';
  return /^ID="?([a-z]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
}

function isInstalled(name: string): boolean {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder.
  const query = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return query.stdout === 'installed';
}

function aptGet(args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (run.status === 0) return;
  const said = `${run.stdout}${run.stderr}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(
    `${said}\napt-get ${args[0]} failed; FLEETMEND_TEST=fast npm test runs everything that needs no packages.`,
  );
}
