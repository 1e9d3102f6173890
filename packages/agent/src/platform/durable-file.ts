import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Gives what root makes in somebody's folder to that somebody: a person who runs `enrol` as root must not leave files
 * that the agent itself cannot read.
 */
export function giveToOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  if (uid !== 0) chownSync(path, uid, gid);
}

/** Replaces a file so that after a crash either the old or the new content is there, whole. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    writeSync(file, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  giveToOwner(draft);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Appends one JSON value as a line and returns only when it is on disk. */
export function appendDurably(path: string, value: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  const file = openSync(path, 'a+', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Begins a file anew once it has grown past `bytes`, keeping the one before beside it as `.1`. */
export function keepWithin(path: string, bytes: number): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > bytes) renameSync(path, `${path}.1`);
}

/** Removes the files of a folder that nobody has written for so many days. */
export function removeOldFiles(folder: string, days: number, now: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > days * 86_400_000)
      rmSync(path, { force: true });
  }
}

/** The file's text, or null when there is none. Any other trouble throws: state that cannot be read is not empty state. */
export function readTextIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

/** A JSON file, or null when it is absent or does not parse. */
export function readJsonIfThere(path: string): unknown {
  const text = readTextIfThere(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
