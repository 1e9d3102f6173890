import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LOCK_FILES } from '@fleetmend/domain/inventory/lock-files/registry.ts';
import { note, type RootTree } from './root-tree.ts';

/** What a search may cost; where it ends before its time that is told. */
const LIMITS = { depth: 16, entries: 500_000, files: 5_000 };
/** Folders of tools, whose own lock files and inventories are not the project's; and what is no file. */
const PASSED_OVER = ['node_modules', '.git', '.hg', 'proc', 'sys', 'dev'];
const SBOM = /^(s?bom|.*[._-]s?bom)\.(json|xml|spdx)$|\.(cdx|spdx)(\.(json|xml))?$/i;

/**
 * The lock files and SBOMs below a path, by their names, in order; a path that is a file itself is one whatever its name. Links
 * are not followed.
 */
export function findDocuments(tree: RootTree, path: string): string[] {
  const found: string[] = [];
  let seen = 0;
  for (const { place, isFile } of walk(tree, path)) {
    if (++seen > LIMITS.entries || found.length >= LIMITS.files) {
      note(tree, place, `the search ended here: more than ${LIMITS.entries} entries or ${LIMITS.files} documents`);
      break;
    }
    if (isFile && (place === path || isDocument(basename(place)))) found.push(place);
  }
  return found;
}

/** Everything below a path, folder by folder. */
function* walk(tree: RootTree, path: string): Generator<{ place: string; isFile: boolean }> {
  const waiting = [{ folder: path, depth: 0 }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const entry of entriesOf(tree, next.folder)) {
      const place = entry === null ? next.folder : join(next.folder, entry.name);
      yield { place, isFile: entry === null || entry.isFile() };
      if (entry === null || !entry.isDirectory() || PASSED_OVER.includes(entry.name)) continue;
      if (next.depth < LIMITS.depth) waiting.push({ folder: place, depth: next.depth + 1 });
      else note(tree, place, `it lies deeper than ${LIMITS.depth} folders`);
    }
  }
}

/** The entries of a folder; null alone for what is a file itself. */
function entriesOf(tree: RootTree, path: string) {
  try {
    const about = lstatSync(path);
    if (about.isFile()) return [null];
    if (!about.isDirectory()) return [];
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name));
  } catch (error) {
    note(tree, path, (error as NodeJS.ErrnoException).code ?? (error as Error).message);
    return [];
  }
}

function isDocument(name: string): boolean {
  return SBOM.test(name) || LOCK_FILES.some(({ names }) => names.test(name));
}
