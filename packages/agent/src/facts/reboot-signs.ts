import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { readBootTime } from '../platform/boot.ts';
import { readTextIfThere } from '../platform/durable-file.ts';
import { runCommand } from '../platform/run-command.ts';

/** Reads the flag files of Debian and Ubuntu (update-notifier, unattended-upgrades) and of SUSE (libzypp). */
export function readRebootFlag(): { isSet: boolean; packages: string | null } {
  const isSet = readTextIfThere('/var/run/reboot-required') !== null || existsSync('/run/reboot-needed');
  return { isSet, packages: readTextIfThere('/var/run/reboot-required.pkgs') };
}

/** What only a reboot replaces everywhere, as dnf's own `needs-restarting -r` has it (dnf-plugins-core). */
const CORE = ['glibc', 'linux-firmware', 'systemd', 'dbus', 'dbus-broker', 'dbus-daemon', 'microcode_ctl'];

/** Reads `rpm -q` with names and times of installation, in seconds: what has come since the boot; what is not there is passed by. */
export function parseCoreSince(text: string, booted: number): string[] {
  return text.split('\n').flatMap((line) => {
    const [, name, at] = /^([a-z0-9_-]+)\t(\d{1,12})$/.exec(line) ?? [];
    return name === undefined || Number(at) <= booted ? [] : [name];
  });
}

/** Packages of rpm's that ask for a reboot: those that dnf counts, installed since this system began. */
async function readCoreSinceBoot(): Promise<string[]> {
  const result = await runCommand('rpm', ['-q', '--qf', '%{NAME}\\t%{INSTALLTIME}\\n', '--', ...CORE]);
  return parseCoreSince(result.stdout.toString('utf8'), readBootTime());
}

/**
 * Whether the kernel that runs has lost its modules to a newer one, as pacman replaces it in place: folders of Arch's kernels
 * have a `pkgbase` in them, and none is the running one's.
 */
export function isKernelReplaced(running: string, modules = '/usr/lib/modules'): boolean {
  const kernels = existsSync(modules) ? readdirSync(modules) : [];
  return kernels.some((name) => existsSync(join(modules, name, 'pkgbase'))) && !kernels.includes(running);
}

/** Why what the package managers of this host have done needs a reboot, beside flags and versions of kernels. */
export async function readRebootSigns(installed: readonly Software[], running: string): Promise<string[]> {
  const core = installed.some(({ ecosystem }) => ecosystem === 'rpm') ? await readCoreSinceBoot() : [];
  const signs = core.map((name) => `${name} was installed after this system began`);
  return isKernelReplaced(running) ? [...signs, `kernel ${running} runs, and its modules are gone`] : signs;
}
