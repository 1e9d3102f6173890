import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { runCommand } from '../../platform/run-command.ts';
import { readCachedChangelog, storeChangelog } from './changelog-cache.ts';
import { aptArguments } from './own-lists.ts';
import { type ChangelogEntry, parseChangelog } from './parse-changelog.ts';
import { aptName } from './query-index.ts';

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_TOTAL_BYTES = 20 * 1024 * 1024;
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
const ONLINE_SECONDS_EACH = 5;
const ONLINE_SECONDS_TOTAL = 20;
/** A source whose changelog could not be had is asked for again after this long. */
const RETRY_SECONDS = 6 * 3600;

const failedAt = new Map<string, number>();

function keyOf({ source, source_candidate_version }: AvailableUpdate): string {
  return `${source}=${source_candidate_version}`;
}

function sizeOf({ size }: AvailableUpdate): number {
  return size ?? Number.POSITIVE_INFINITY;
}

/** The smallest package of each source whose changelog is not known yet, security first: one speaks for all. */
export function pickPackages(folder: string, updates: readonly AvailableUpdate[]): AvailableUpdate[] {
  const bySource = new Map<string, AvailableUpdate>();
  for (const update of updates) {
    const key = keyOf(update);
    const smallest = bySource.get(key);
    if (smallest === undefined || sizeOf(update) < sizeOf(smallest)) bySource.set(key, update);
  }
  const unknown = [...bySource.values()].filter((update) => readCachedChangelog(folder, update) === null);
  return unknown.sort((a, b) => Number(b.is_security) - Number(a.is_security) || sizeOf(a) - sizeOf(b));
}

/**
 * Learns which CVE ids updates name: first from small package files on the mirror, then, for security updates, from the
 * distribution's changelog server. Both are bounded, and what is learnt is kept.
 */
export async function readChangelogs(folder: string, updates: readonly AvailableUpdate[]): Promise<boolean> {
  const now = Date.now();
  const due = pickPackages(folder, updates).filter(
    (update) => now - (failedAt.get(keyOf(update)) ?? 0) > RETRY_SECONDS * 1000,
  );
  const learntFromFiles = await readFromFiles(folder, due);
  const rest = due.filter((update) => update.is_security && readCachedChangelog(folder, update) === null);
  const learntOnline = await readOnline(folder, rest);
  for (const update of due) if (readCachedChangelog(folder, update) === null) failedAt.set(keyOf(update), now);
  return learntFromFiles || learntOnline;
}

async function readFromFiles(folder: string, updates: readonly AvailableUpdate[]): Promise<boolean> {
  let budget = MAX_TOTAL_BYTES;
  const small: AvailableUpdate[] = [];
  for (const update of updates) {
    const size = sizeOf(update);
    if (size > MAX_FILE_BYTES || size > budget) continue;
    budget -= size;
    small.push(update);
  }
  if (small.length === 0) return false;
  const spool = join(folder, 'changelog-files');
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { recursive: true });
  const names = small.map((update) => `${aptName(update)}=${update.candidate_version}`);
  await runCommand('apt-get', [...aptArguments(folder), '-q', 'download', ...names], {
    cwd: spool,
    timeout_seconds: 120,
  });
  const files = readdirSync(spool);
  let learnt = false;
  for (const update of small) {
    const file = files.find(
      (name) => name.startsWith(`${update.name}_`) && name.endsWith(`_${update.architecture}.deb`),
    );
    const entries = file === undefined ? null : await readPackagedChangelog(join(spool, file), update.name);
    if (entries === null) continue;
    storeChangelog(folder, update, entries);
    learnt = true;
  }
  rmSync(spool, { recursive: true, force: true });
  return learnt;
}

/** The changelog inside a .deb (Debian policy §12.7); null when it has none of its own. */
export async function readPackagedChangelog(file: string, name: string): Promise<ChangelogEntry[] | null> {
  const archive = await runCommand('dpkg-deb', ['--fsys-tarfile', file], {
    timeout_seconds: 30,
    max_bytes: 128 * 1024 * 1024,
  });
  if (archive.code !== 0) return null;
  for (const title of ['changelog.Debian.gz', 'changelog.gz']) {
    const member = `./usr/share/doc/${name}/${title}`;
    const out = await runCommand('tar', ['-x', '-O', '-f', '-', member], {
      input: archive.stdout,
      timeout_seconds: 30,
    });
    if (out.stdout.length === 0) continue;
    try {
      const text = gunzipSync(out.stdout, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8');
      const entries = parseChangelog(text);
      if (entries.length > 0) return entries;
    } catch {
      // A changelog that is no gzip, or a bomb, tells us nothing; the package itself is judged elsewhere.
    }
  }
  return null;
}

async function readOnline(folder: string, updates: readonly AvailableUpdate[]): Promise<boolean> {
  const until = Date.now() + ONLINE_SECONDS_TOTAL * 1000;
  let learnt = false;
  for (const update of updates) {
    const left = Math.min(ONLINE_SECONDS_EACH, (until - Date.now()) / 1000);
    if (left <= 0) break;
    const args = [...aptArguments(folder), '-q', 'changelog', `${aptName(update)}=${update.candidate_version}`];
    const result = await runCommand('apt-get', args, {
      timeout_seconds: left,
      max_bytes: MAX_TEXT_BYTES,
      env: { PAGER: 'cat' },
    });
    if (/Could not resolve/.test(result.stderr)) break;
    const entries = result.code === 0 ? parseChangelog(result.stdout.toString('utf8')) : [];
    if (entries.length === 0) continue;
    storeChangelog(folder, update, entries);
    learnt = true;
  }
  return learnt;
}
