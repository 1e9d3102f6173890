import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError } from './cli-error.ts';

/**
 * Which files under a path are which feed: a file begins with its feed's id (`kev.json`, `epss-2026-11-20.csv.gz`). The
 * longest id wins. Sorted, so that an import does the same twice.
 * @throws CliError (usage) when the path cannot be read, or `feed` is given for a folder.
 */
export function findFeedFiles(
  path: string,
  { known, feed }: { known: readonly string[]; feed: string | undefined },
): { files: { id: string; file: string }[]; skipped: string[] } {
  const isFolder = isDirectory(path);
  if (feed !== undefined) {
    if (isFolder) throw new CliError('usage', '--feed names one file, and this is a folder');
    return { files: [{ id: feed, file: path }], skipped: [] };
  }
  const candidates = isFolder
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
        .filter((file) => !isDirectory(file))
    : [path];
  const files: { id: string; file: string }[] = [];
  const skipped: string[] = [];
  for (const file of candidates) {
    const id = feedOf(basename(file), known);
    if (id === null) skipped.push(file);
    else files.push({ id, file });
  }
  return { files, skipped };
}

function feedOf(name: string, known: readonly string[]): string | null {
  const isOf = (id: string) => name.toLowerCase().startsWith(id) && !/^[a-z0-9]/i.test(name.slice(id.length));
  return known.filter(isOf).toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new CliError('usage', `${path} cannot be read: ${(error as Error).message}`);
  }
}
