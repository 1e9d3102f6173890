import { readTextIfThere } from '../platform/durable-file.ts';
import { hostLine } from '../platform/host-text.ts';

/**
 * Why this host must reboot before what is installed runs: the distribution's own flag (written by maintainer scripts),
 * and a newer kernel on disk than the one that runs.
 */
export function rebootReasons(
  flag: { isSet: boolean; packages: string | null },
  kernels: { running: string; installed: string | null },
): string[] {
  const reasons: string[] = [];
  if (flag.isSet) {
    const names = [...new Set((flag.packages ?? '').split('\n').map((name) => hostLine(name, 200)))].filter(
      (name) => name !== '',
    );
    reasons.push(
      ...(names.length > 0 ? names.map((name) => `${name} asks for a reboot`) : ['the system asks for a reboot']),
    );
  }
  if (kernels.installed !== null && kernels.installed !== kernels.running) {
    reasons.push(`kernel ${kernels.running} runs, ${kernels.installed} is installed`);
  }
  return reasons.slice(0, 200).map((reason) => hostLine(reason, 300));
}

/** Reads the flag files of Debian and Ubuntu (update-notifier, unattended-upgrades). */
export function readRebootFlag(): { isSet: boolean; packages: string | null } {
  const isSet = readTextIfThere('/var/run/reboot-required') !== null;
  return { isSet, packages: readTextIfThere('/var/run/reboot-required.pkgs') };
}
