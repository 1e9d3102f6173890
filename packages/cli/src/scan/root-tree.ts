import { constants, readdirSync } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_LINKS = 40;

/** A tree of files that is looked at as if its root were `/`: no link leads out of it. */
export interface RootTree {
  root: string;
  /** What could not be read, and why: told at the end, never fatal. */
  unreadable: { path: string; why: string }[];
}

/** The bytes of a regular file of a tree; null when it is not there, or cannot be read or is too large, which is noted. */
export async function readTreeFile(tree: RootTree, path: string, maxBytes: number): Promise<Buffer | null> {
  try {
    const real = await resolveInTree(tree, path);
    if (real === null) return null;
    // A pipe would be waited for, and a link put there since would be followed.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat().then((about) => (about.isFile() ? about : { size: -1 }));
      if (size === -1) return null;
      if (size > maxBytes) return note(tree, path, `it is larger than ${maxBytes} bytes`);
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    return note(tree, path, (error as NodeJS.ErrnoException).code ?? (error as Error).message);
  }
}

/** The names in a folder of a tree, in order; none when it is not there. */
export async function listTree(tree: RootTree, path: string): Promise<string[]> {
  try {
    const real = await resolveInTree(tree, path);
    return real === null ? [] : readdirSync(real).sort();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTDIR') note(tree, path, code);
    return [];
  }
}

/** Notes what could not be read. */
export function note(tree: RootTree, path: string, why: string): null {
  tree.unreadable.push({ path, why });
  return null;
}

/**
 * Where a path of the tree really lies: every link on the way is followed within the tree, an absolute one from its root, and
 * `..` leads no higher than that. Null when it is not there, or the links go in a circle.
 */
export async function resolveInTree({ root }: RootTree, path: string): Promise<string | null> {
  const waiting = path.split('/');
  let resolved: string[] = [];
  let links = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      resolved = resolved.slice(0, -1);
      continue;
    }
    const place = join(root, ...resolved, part);
    const about = await lstat(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (about === null) return null;
    if (!about.isSymbolicLink()) {
      resolved.push(part);
      continue;
    }
    if (++links > MAX_LINKS) return null;
    const target = await readlink(place);
    if (target.startsWith('/')) resolved = [];
    waiting.unshift(...target.split('/'));
  }
  return join(root, ...resolved);
}
