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
import { removeOldFiles } from '../../platform/durable-file.ts';
import { hostLine } from '../../platform/host-text.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Fetched } from '../package-manager.ts';
import { aptArguments, aptComplaints } from './own-lists.ts';
import { aptName } from './query-index.ts';

/** Root keeps its own copy of what was installed and of the way back; here a file is only on its way there. */
const KEEP_DAYS = 14;

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Downloads the package files of a plan with the agent's own lists and keeps them under their digest. A file whose bytes
 * are not the approved ones is thrown away, whatever the repository says about it.
 */
export async function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  const store = join(folder, 'downloads');
  mkdirSync(store, { recursive: true });
  removeOldFiles(store, KEEP_DAYS, Date.now());
  const files = new Map<string, string>();
  const wanted: Operation[] = [];
  for (const operation of operations) {
    const path = join(store, `${operation.sha256}.deb`);
    if (existsSync(path) && statSync(path).size === operation.size && (await fileDigest(path)) === operation.sha256) {
      utimesSync(path, new Date(), new Date());
      files.set(operation.sha256, path);
    } else wanted.push(operation);
  }
  if (wanted.length === 0) return { files, error: null };
  const spool = join(folder, 'spool');
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { recursive: true });
  const names = wanted.map(
    (operation) => `${aptName({ name: operation.package, architecture: operation.architecture })}=${operation.to}`,
  );
  const args = [...aptArguments(folder), '-q', 'download', ...names];
  const result = await runCommand('apt-get', args, { cwd: spool, timeout_seconds: 3600 });
  const strangers: string[] = [];
  for (const name of readdirSync(spool)) {
    const digest = await fileDigest(join(spool, name));
    const operation = wanted.find(
      (candidate) => candidate.sha256 === digest && candidate.size === statSync(join(spool, name)).size,
    );
    if (!operation) strangers.push(name);
    else {
      const path = join(store, `${digest}.deb`);
      renameSync(join(spool, name), path);
      files.set(digest, path);
    }
  }
  rmSync(spool, { recursive: true, force: true });
  const missing = wanted.filter((operation) => !files.has(operation.sha256));
  if (missing.length === 0) return { files, error: null };
  if (strangers.length > 0 || /Hash Sum mismatch/i.test(result.stderr)) {
    const detail = `what the repository serves is not what was approved: ${missing.map((operation) => operation.package).join(', ')} ${aptComplaints(result.stderr)}`;
    return { files, error: { code: 'digest-mismatch', detail: hostLine(detail) } };
  }
  const detail = `could not download ${missing.map((operation) => `${operation.package} ${operation.to}`).join(', ')}: ${aptComplaints(result.stderr)}`;
  return { files, error: { code: 'download-failed', detail: hostLine(detail) } };
}
