import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';

/** Its presence also says that a folder is Fleetmend's. */
export const LOCK_NAME = 'fleetmend.lock';
const HELD_BY_ANOTHER = 73;

export interface DataLock {
  /** Gives the lock back; `forget` also removes the file, for a start that made nothing. */
  release(options?: { forget: boolean }): void;
}

/**
 * One running Fleetmend per data folder. The lock belongs to the open handle of this process, which the kernel closes
 * however the process ends, so nothing stale can be left behind.
 * @throws Refusal when another process holds it.
 */
export function lockData(folder: string): DataLock {
  const path = join(folder, LOCK_NAME);
  const handle = openSync(path, 'a+', 0o600);
  // `flock` locks the open file that we hand it, not its own: the lock outlives that command and ends with our handle.
  const flock = spawnSync('flock', ['-n', '-E', String(HELD_BY_ANOTHER), '3'], {
    stdio: ['ignore', 'ignore', 'pipe', handle],
  });
  if (flock.status !== 0) {
    closeSync(handle);
    if (flock.status === HELD_BY_ANOTHER)
      throw new Refusal(`Fleetmend is already running on this data (${holder(path)}).`);
    throw new Refusal(
      `The data folder could not be locked: ${flock.error?.message ?? flock.stderr.toString().trim()}.`,
    );
  }
  ftruncateSync(handle);
  writeSync(handle, `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`);
  return {
    release({ forget } = { forget: false }) {
      if (forget) rmSync(path, { force: true });
      closeSync(handle);
    },
  };
}

function holder(path: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(path, 'utf8'));
    return `pid ${pid}, since ${since}`;
  } catch {
    return 'it has only just been started';
  }
}
