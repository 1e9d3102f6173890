import { readTextIfThere } from '../platform/durable-file.ts';

/** Reads the flag files of Debian and Ubuntu (update-notifier, unattended-upgrades). */
export function readRebootFlag(): { isSet: boolean; packages: string | null } {
  const isSet = readTextIfThere('/var/run/reboot-required') !== null;
  return { isSet, packages: readTextIfThere('/var/run/reboot-required.pkgs') };
}
