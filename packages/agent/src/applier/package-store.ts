import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { PackageFile } from '../package-managers/package-manager.ts';
import type { ApplierFolder } from './applier-folder.ts';

/** Managers tell a file from a name by its ending. */
function storedPath(folder: ApplierFolder, { ecosystem, sha256 }: Operation): string {
  return join(folder.packages, `${sha256}.${ecosystem}`);
}

/** Copies one stream of bytes and hashes exactly those bytes: what was proven is what is kept. */
function copyHashed(from: number, to: number | null, size: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(1024 * 1024);
  let left = size;
  for (
    let read = readSync(from, buffer, 0, buffer.length, null);
    read > 0;
    read = readSync(from, buffer, 0, buffer.length, null)
  ) {
    left -= read;
    if (left < 0) return '';
    hash.update(buffer.subarray(0, read));
    if (to !== null) writeSync(to, buffer.subarray(0, read));
  }
  return left === 0 ? hash.digest('hex') : '';
}

function isStored(folder: ApplierFolder, operation: Operation): boolean {
  const path = storedPath(folder, operation);
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    return copyHashed(file, null, operation.size) === operation.sha256;
  } finally {
    closeSync(file);
  }
}

/**
 * Takes a file from the networked half into root's own folder, proving its size and SHA-256 while it copies. No link is
 * followed, nothing but a plain file is read, and the original is never looked at again.
 * @returns null, or why it was not taken.
 */
export function takeFile(folder: ApplierFolder, operation: Operation, source: string | undefined): string | null {
  if (isStored(folder, operation)) {
    utimesSync(storedPath(folder, operation), new Date(), new Date());
    return null;
  }
  if (source === undefined) return `the file of ${operation.package} ${operation.to} was not handed over`;
  const draft = join(folder.packages, `${operation.sha256}.part`);
  let from: number;
  try {
    from = openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return `the file of ${operation.package} ${operation.to} cannot be read: ${error instanceof Error ? error.message : ''}`;
  }
  const to = openSync(draft, 'w', 0o600);
  try {
    if (!fstatSync(from).isFile()) return `what was handed over for ${operation.package} is not a plain file`;
    const digest = copyHashed(from, to, operation.size);
    if (digest !== operation.sha256)
      return `the file handed over for ${operation.package} ${operation.to} is not the approved one`;
    fsyncSync(to);
    renameSync(draft, storedPath(folder, operation));
    return null;
  } finally {
    closeSync(from);
    closeSync(to);
    rmSync(draft, { force: true });
  }
}

/** The files of these operations in root's own folder, proven again; or the first that is not there. */
export function storedFiles(
  folder: ApplierFolder,
  operations: readonly Operation[],
): { files: PackageFile[]; missing: string | null } {
  const missing = operations.find((operation) => !isStored(folder, operation));
  const files = operations.map((operation) => ({ operation, path: storedPath(folder, operation) }));
  return { files, missing: missing === undefined ? null : `${missing.package} ${missing.to}` };
}
