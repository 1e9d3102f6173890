import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { removeOldFiles } from '../platform/durable-file.ts';
import type { Fetched } from './package-manager.ts';

/** Root keeps its own copy of what was installed and of the way back; here a file is only on its way there. */
const KEEP_DAYS = 14;

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** How a manager downloads into `spool`: the files it left there (all of them when it does not say) and what went wrong. */
export type Download = (
  wanted: readonly Operation[],
  spool: string,
) => Promise<{ paths?: string[]; errors: string[]; is_mismatch?: boolean }>;

/**
 * Downloads the files of operations and keeps them under their digest. A file whose bytes are not the approved ones is
 * thrown away, whatever the repository says about it.
 */
export async function fetchIntoStore(
  folder: string,
  operations: readonly Operation[],
  download: Download,
): Promise<Fetched> {
  const store = join(folder, 'downloads');
  mkdirSync(store, { recursive: true });
  removeOldFiles(store, KEEP_DAYS, Date.now());
  const files = new Map<string, string>();
  const wanted: Operation[] = [];
  for (const operation of operations) {
    const path = join(store, `${operation.sha256}.${operation.ecosystem}`);
    if (existsSync(path) && statSync(path).size === operation.size && (await fileDigest(path)) === operation.sha256) {
      utimesSync(path, new Date(), new Date());
      files.set(operation.sha256, path);
    } else wanted.push(operation);
  }
  if (wanted.length === 0) return { files, error: null };
  const spool = join(folder, 'spool');
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { recursive: true });
  try {
    const { paths, errors, is_mismatch } = await download(wanted, spool);
    let strangers = 0;
    for (const path of paths ?? readdirSync(spool).map((name) => join(spool, name))) {
      const digest = await fileDigest(path);
      const operation = wanted.find(({ sha256, size }) => sha256 === digest && size === statSync(path).size);
      if (!operation) strangers++;
      else {
        const kept = join(store, `${digest}.${operation.ecosystem}`);
        renameSync(path, kept);
        files.set(digest, kept);
      }
    }
    return {
      files,
      error: describeMissing(wanted, files, { errors, isMismatch: strangers > 0 || is_mismatch === true }),
    };
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}

function describeMissing(
  wanted: readonly Operation[],
  files: ReadonlyMap<string, string>,
  { errors, isMismatch }: { errors: readonly string[]; isMismatch: boolean },
): Fetched['error'] {
  const missing = wanted.filter(({ sha256 }) => !files.has(sha256));
  if (missing.length === 0) return null;
  const words = errors.join(' ');
  if (isMismatch) {
    const names = missing.map((operation) => operation.package).join(', ');
    return {
      code: 'digest-mismatch',
      detail: hostLine(`what the repository serves is not what was approved: ${names} ${words}`),
    };
  }
  const names = missing.map((operation) => `${operation.package} ${operation.to}`).join(', ');
  return { code: 'download-failed', detail: hostLine(`could not download ${names}: ${words}`) };
}
