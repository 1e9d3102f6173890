import { readFileSync, statSync } from 'node:fs';
import { readTextIfThere } from '../../platform/durable-file.ts';
import { hostLine } from '../../platform/host-text.ts';

/** The front end's first: apt holds it for the whole of its run, dpkg its own for a part. */
const LOCKS = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock'];

/** Process ids that hold a write lock on this inode, from /proc/locks (proc_locks(5)). */
export function parseLockHolders(locks: string, lockedInode: number): number[] {
  const holders = new Set<number>();
  for (const line of locks.split('\n')) {
    const [, pid, inode] = /^\d+: (?:POSIX|OFDLCK) +\S+ +WRITE +(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined && Number(inode) === lockedInode) holders.add(Number(pid));
  }
  return [...holders];
}

/** Who holds dpkg's or apt's lock now, in words; null when nobody does. */
export function lockHolder(): string | null {
  const locks = readFileSync('/proc/locks', 'utf8');
  const [pid] = LOCKS.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? parseLockHolders(locks, stat.ino) : [];
  });
  if (pid === undefined) return null;
  const command = readTextIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  return `process ${pid} (${hostLine(command, 200) || 'unknown'})`;
}
