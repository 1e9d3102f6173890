import { existsSync, readFileSync, statSync } from 'node:fs';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { readTextIfThere } from '../platform/durable-file.ts';

/** How package managers keep others out: by locking a file, or by a file that holds the number of a process. */
export interface Locks {
  files: readonly string[];
  pid_files: readonly string[];
}

/** Process ids that hold a write lock on this inode, from /proc/locks (proc_locks(5)). */
export function parseLockHolders(locks: string, lockedInode: number): number[] {
  const holders = new Set<number>();
  for (const line of locks.split('\n')) {
    const [, pid, inode] = /^\d+: (?:POSIX|OFDLCK) +\S+ +WRITE +(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined && Number(inode) === lockedInode) holders.add(Number(pid));
  }
  return [...holders];
}

/** Who holds one of these locks now, in words; null when nobody does. */
export function lockHolder({ files, pid_files }: Locks): string | null {
  const locks = readFileSync('/proc/locks', 'utf8');
  const [pid] = [
    ...files.flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat ? parseLockHolders(locks, stat.ino) : [];
    }),
    ...pid_files.flatMap((path) => {
      const written = Number(readTextIfThere(path)?.trim() || Number.NaN);
      return Number.isInteger(written) && existsSync(`/proc/${written}`) ? [written] : [];
    }),
  ];
  return pid === undefined ? null : describeProcess(pid);
}

/** A process as people name it: its number and its command line. */
export function describeProcess(pid: number): string {
  const command = readTextIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  return `process ${pid} (${hostLine(command, 200) || 'unknown'})`;
}
