import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Copies the embedded PostgreSQL to a place of its own and makes it whole: npm packs no symbolic links, so the libraries
 * lack their names, and the user whom PostgreSQL runs as may not be able to reach this checkout (below /root, say).
 * @param parent the folder to unpack into. @returns the folder with `initdb` and `postgres`.
 */
export async function unpackEmbedded(binFolder: string, parent: string): Promise<string> {
  const native = dirname(binFolder);
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
  const target = join(parent, `postgres-${version}-${process.arch}`);
  if (await isFolder(target)) return join(target, 'bin');
  await mkdir(parent, { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true });
  await linkLibraries(unfinished);
  await letEveryoneRead(unfinished);
  try {
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was faster; its copy is the same.
    if (!(await isFolder(target))) throw error;
  }
  return join(target, 'bin');
}

async function isFolder(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => [])).length > 0;
}

/** `pg-symlinks.json` lists what npm could not pack, as paths from the package's root. */
async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new Error(`${basename(link)} could not be linked`, { cause: error });
    });
  }
}

/** A checkout made under a strict umask must still be readable by the user whom PostgreSQL runs as. */
async function letEveryoneRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || entry.parentPath.endsWith('/bin')) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}
