import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILES } from '@fleetmend/domain/inventory/lock-files/registry.ts';

/** What one walk may cost. */
export interface WalkLimits {
  depth: number;
  folders: number;
  documents: number;
  /** Of all documents together; one that is larger than what is left is not read. */
  bytes: number;
  seconds: number;
}

export const WALK_LIMITS: WalkLimits = {
  depth: 12,
  folders: 50_000,
  documents: 2000,
  bytes: 512 * 1024 ** 2,
  seconds: 120,
};

/** What build tools fill by the ten thousand, and what is no file: nothing in them is an application of its own. */
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '.cache', '__pycache__', 'proc', 'sys', 'dev']);

/** How bills of materials are called (https://cyclonedx.org/specification/overview/#recognized-file-patterns, SPDX 2.3). */
const BOM = /^(?:bom|sbom)\.(?:json|xml)$|\.(?:cdx|spdx|sbom)\.(?:json|xml)$|\.spdx$/;

export interface FoundDocuments {
  paths: string[];
  /** Why there may be more than was found, in words; null when all was seen. */
  cut_short: string | null;
}

function isDocument(name: string): boolean {
  return BOM.test(name) || LOCK_FILES.some(({ names }) => names.test(name));
}

/** Lock files and bills of materials below these folders. No link is followed, and what may not be entered is passed by. */
export async function findDocuments(
  folders: readonly string[],
  limits: WalkLimits = WALK_LIMITS,
): Promise<FoundDocuments> {
  const found: FoundDocuments = { paths: [], cut_short: null };
  const end = performance.now() + limits.seconds * 1000;
  const waiting = folders.map((path) => ({ path, depth: 0 }));
  let [seen, bytes] = [0, 0];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.cut_short = whyToStop({ folders: ++seen, documents: found.paths.length, seconds: end }, limits);
    if (found.cut_short !== null) break;
    for (const entry of await entriesOf(next.path)) {
      const path = join(next.path, entry.name);
      if (entry.isDirectory() && next.depth < limits.depth && !SKIPPED.has(entry.name))
        waiting.push({ path, depth: next.depth + 1 });
      if (!entry.isFile() || !isDocument(entry.name)) continue;
      const { size } = await lstat(path);
      if (bytes + size > limits.bytes) {
        found.cut_short = `documents of more than ${limits.bytes} bytes`;
        continue;
      }
      bytes += size;
      found.paths.push(path);
    }
  }
  found.paths.sort();
  return found;
}

function whyToStop(cost: { folders: number; documents: number; seconds: number }, limits: WalkLimits): string | null {
  if (cost.folders > limits.folders) return `more than ${limits.folders} folders`;
  if (cost.documents > limits.documents) return `more than ${limits.documents} documents`;
  return performance.now() > cost.seconds ? `more than ${limits.seconds} seconds` : null;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // It is gone, is no folder, or is somebody else's.
    return [];
  }
}
