import { readFileSync } from 'node:fs';

/** The kernel's id of this boot: differs after every reboot. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/**
 * Tells one run of this system from the next. In a container the kernel's boot id can outlive a reboot; the first
 * process does not.
 */
export function readBootMark(): string {
  const stat = readFileSync('/proc/1/stat', 'utf8');
  return `${readBootId()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}

/** Seconds since boot: a clock nobody can set, for leases. */
export function readUptimeSeconds(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}
