import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mustRun, runToEnd } from './run.ts';

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'ca-certificates'];
/** Package managers other than Debian's own, each as Debian packages it. */
const MANAGERS = ['dnf', 'flatpak', 'fwupd', 'fwupd-tests', 'ostree', 'pacman-package-manager', 'rpm', 'zypper'];
/** What people have on a machine before they paste a command on it. */
const TOOLS = ['curl', 'sudo'];
/** Raise when what is below changes, so that an old cache is not taken for the new image. */
const REVISION = 2;

/** `plain`: a Debian and no more. `managers`: with other package managers beside apt. `tools`: with what people use. */
export type ImageKind = 'plain' | 'managers' | 'tools';

/** The mirror this machine itself uses; the test hosts are built from what can be reached here. */
async function findMirror(): Promise<string> {
  const text = await mustRun('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE)']);
  const lines = [...new Set(text.split('\n'))].filter((line) => line !== '' && !line.includes('security'));
  const own = lines.find((line) => /\bbookworm\b/.test(line)) ?? lines.find((line) => line.includes('debian'));
  return own?.split(' ')[0] ?? 'http://deb.debian.org/debian';
}

/**
 * A minimal bookworm with systemd as a folder to lay overlays on, built once per machine (about 40 s, 80 s more with other
 * managers) and kept in FLEETMEND_LAB_CACHE or the temporary folder. Several processes may ask at once; one builds, the
 * others wait.
 */
export async function baseImage(kind: ImageKind = 'plain'): Promise<string> {
  const cache = process.env['FLEETMEND_LAB_CACHE'] ?? join(tmpdir(), 'fleetmend-lab');
  const image = join(cache, `bookworm-${kind === 'plain' ? '' : `${kind}-`}${REVISION}`);
  mkdirSync(cache, { recursive: true });
  const lock = `${image}.lock`;
  while (!existsSync(image)) {
    try {
      mkdirSync(lock);
    } catch {
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 600_000)
        rmSync(lock, { recursive: true, force: true });
      await sleep(500);
      continue;
    }
    try {
      if (!existsSync(image))
        await (kind === 'plain' ? buildImage(image) : extendImage(image, kind === 'tools' ? TOOLS : MANAGERS));
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return image;
}

async function buildImage(image: string): Promise<void> {
  const draft = `${image}.part`;
  await runToEnd('rm', ['-rf', '--one-file-system', draft]);
  await mustRun('debootstrap', [
    `--include=${PACKAGES.join(',')}`,
    '--variant=minbase',
    'bookworm',
    draft,
    await findMirror(),
  ]);
  // The hosts see only the test's own repository, and each gets a machine id of its own.
  writeFileSync(join(draft, 'etc/apt/sources.list'), '');
  writeFileSync(join(draft, 'etc/machine-id'), '');
  for (const file of ['var/lib/dbus/machine-id', 'etc/resolv.conf']) rmSync(join(draft, file), { force: true });
  await mustRun('find', [
    join(draft, 'var/cache/apt/archives'),
    join(draft, 'var/lib/apt/lists'),
    '-type',
    'f',
    '-delete',
  ]);
  renameSync(draft, image);
}

/** The plain image with more installed in it; what starts at boot there is for each test to say. */
async function extendImage(image: string, packages: readonly string[]): Promise<void> {
  const draft = `${image}.part`;
  await runToEnd('rm', ['-rf', '--one-file-system', draft]);
  await mustRun('cp', ['-a', await baseImage(), draft]);
  writeFileSync(join(draft, 'etc/apt/sources.list'), `deb ${await findMirror()} bookworm main\n`);
  copyFileSync('/etc/resolv.conf', join(draft, 'etc/resolv.conf'));
  writeFileSync(join(draft, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await mustRun('chroot', [draft, 'apt-get', 'update', '-q']);
  await mustRun('chroot', [draft, 'apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages]);
  await mustRun('chroot', [draft, 'apt-get', 'clean']);
  await mustRun('find', [join(draft, 'var/lib/apt/lists'), '-type', 'f', '-delete']);
  writeFileSync(join(draft, 'etc/apt/sources.list'), '');
  for (const file of ['etc/resolv.conf', 'usr/sbin/policy-rc.d']) rmSync(join(draft, file), { force: true });
  renameSync(draft, image);
}
