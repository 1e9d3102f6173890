import { readFileSync, statSync } from 'node:fs';
import { readTextIfThere } from '../../platform/durable-file.ts';
import { hostLine } from '../../platform/host-text.ts';

const LOCKS = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', '/var/lib/apt/lists/lock'];

/** Process ids that hold a write lock on one of these inodes, from /proc/locks (proc_locks(5)). */
export function parseLockHolders(locks: string, inodes: ReadonlySet<number>): number[] {
  const holders = new Set<number>();
  for (const line of locks.split('\n')) {
    const [, pid, inode] =
      /^\d+: (?:POSIX|FLOCK|OFDLCK) +\S+ +WRITE +(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined && inodes.has(Number(inode))) holders.add(Number(pid));
  }
  return [...holders];
}

/** Who holds dpkg's or apt's lock now, in words; null when nobody does. */
export function lockHolder(): string | null {
  const inodes = new Set<number>();
  for (const path of LOCKS.slice(0, 2)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) inodes.add(stat.ino);
  }
  const [pid] = parseLockHolders(readFileSync('/proc/locks', 'utf8'), inodes);
  if (pid === undefined) return null;
  const command = readTextIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  return `process ${pid} (${hostLine(command, 200) || 'unknown'})`;
}
