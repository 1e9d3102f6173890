import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { BUNDLE_MANIFEST } from '@fleetmend/api/feed-bundle.ts';
import { CliError } from './cli-error.ts';

/** One feed and the files it is loaded from: one, or the records of a folder one after the other. */
export interface FeedFiles {
  id: string;
  files: string[];
}

/**
 * Which files under a path are which feed. A file begins with its feed's id (`kev.json`, `epss-2026-11-20.csv.gz`; the
 * longest id wins), a folder bears it (`osv/`, with one record or more in each JSON file). Sorted, so that an import
 * does the same twice.
 * @throws CliError (usage) when the path cannot be read.
 */
export function findFeedFiles(
  path: string,
  { known, feed }: { known: readonly string[]; feed: string | undefined },
): { feeds: FeedFiles[]; skipped: string[] } {
  const isFolder = isDirectory(path);
  const own = feed ?? (isFolder ? known.find((id) => basename(resolve(path)) === id) : undefined);
  if (own !== undefined) return { feeds: [{ id: own, files: isFolder ? recordFiles(path) : [path] }], skipped: [] };
  const feeds: FeedFiles[] = [];
  const skipped: string[] = [];
  for (const each of isFolder ? entries(path) : [path]) {
    const id = feedOf(basename(each), known);
    if (id === null) skipped.push(each);
    else feeds.push({ id, files: isDirectory(each) ? recordFiles(each) : [each] });
  }
  return { feeds, skipped };
}

/** Whether a file is a bundle of feeds: an archive that begins with its manifest. */
export function isBundle(path: string): boolean {
  if (isDirectory(path)) return false;
  const beginning = Buffer.alloc(262);
  const file = openSync(path, 'r');
  try {
    readSync(file, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(file);
  }
  const text = beginning.toString('latin1');
  return text.startsWith(`${BUNDLE_MANIFEST}\0`) && text.endsWith('ustar');
}

function entries(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function recordFiles(folder: string): string[] {
  const files = entries(folder).filter(
    (file) => /\.(json|ndjson|jsonl)(\.gz|\.xz|\.zst)?$/.test(file) && !isDirectory(file),
  );
  if (files.length === 0) throw new CliError('usage', `${folder} holds no .json, .ndjson or .jsonl file`);
  return files;
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
