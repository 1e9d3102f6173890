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

const TICKS_PER_SECOND = 100;

/** When this system began, in seconds since 1970: of a container, when its own first process did (proc_pid_stat(5)). */
export function readBootTime(): number {
  const began = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  const ticks = Number(readBootMark().split('/')[1]);
  return began + ticks / TICKS_PER_SECOND;
}

/** Seconds since boot: a clock nobody can set, for leases. */
export function readUptimeSeconds(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}
