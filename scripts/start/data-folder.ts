import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type DataLock, LOCK_NAME, lockData } from '@fleetmend/server/platform/postgres/data-lock.ts';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';

export interface DataFolder {
  /** Gives the lock back and leaves the disk as it was, unless a database has come to be in the folder. */
  close(): void;
}

/** All that a start makes before there is a database. */
const BEFORE_DATABASE = ['postgres.new', 'postgres.log', 'programs'];

/**
 * Makes the folder if need be (for us alone) and locks it.
 * @throws Refusal when it cannot be ours: not writable, somebody else's files in it, another Fleetmend on it.
 */
export function openDataFolder(path: string): DataFolder {
  const made = existsSync(path) ? null : makeOrRefuse(path);
  if (made === null) check(path);
  const lock = lockOrUndo(path, made);
  return {
    close() {
      if (existsSync(join(path, 'postgres'))) return lock.release();
      for (const name of BEFORE_DATABASE) rmSync(join(path, name), { recursive: true, force: true });
      lock.release({ forget: true });
      removeMade(path, made);
    },
  };
}

function makeOrRefuse(path: string): string {
  try {
    return make(path);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Makes the folder and those above it that are missing, or none of them; one by one, since Node's own recursive mkdir
 * never ends below /proc. @returns the highest folder that had to be made.
 */
function make(path: string): string {
  const above = dirname(path);
  const madeAbove = existsSync(above) ? null : make(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    removeMade(above, madeAbove);
    throw error;
  }
  return madeAbove ?? path;
}

function check(path: string): void {
  if (!statSync(path).isDirectory()) throw new Refusal(`FLEETMEND_DATA is ${path}, which is not a folder.`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritable(path, error);
  }
  const names = readdirSync(path);
  if (names.length > 0 && !names.includes(LOCK_NAME)) {
    throw new Refusal(`The folder ${path} holds other files; set FLEETMEND_DATA to an empty or a new folder.`);
  }
}

function lockOrUndo(path: string, made: string | null): DataLock {
  try {
    const lock = lockData(path);
    chmodSync(path, 0o700);
    return lock;
  } catch (error) {
    removeMade(path, made);
    throw error instanceof Refusal ? error : notWritable(path, error);
  }
}

function removeMade(path: string, made: string | null): void {
  if (made === null) return;
  for (let folder = path; folder.startsWith(made); folder = dirname(folder)) rmdirSync(folder);
}

function notWritable(path: string, cause: unknown): Refusal {
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return new Refusal(
    `The data folder ${path} is not writable for ${userInfo().username}${code}; set FLEETMEND_DATA to one that is.`,
    { cause },
  );
}
