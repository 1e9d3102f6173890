import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';

const SOURCES = ['packages/web', 'packages/api/src', 'packages/domain/src', 'package-lock.json'];
const NOT_SOURCES = /(^|\/)(dist|node_modules)(\/|$)|\.test\.tsx?$/;
const LONGEST_MILLISECONDS = 180_000;

/**
 * Builds the console into packages/web/dist, whole or not at all, unless it stands there already, made from these sources.
 * Two checkout-sharing starts build one after the other. @returns whether it had to be built. @throws Refusal with vite's words.
 */
export async function buildConsole(root: string, signal: AbortSignal): Promise<boolean> {
  const dist = join(root, 'packages/web/dist');
  const digest = await sourcesDigest(root, SOURCES);
  if (await isMadeFrom(dist, digest)) return false;
  const handle = await open(join(root, 'packages/web/package.json'), 'r');
  try {
    await lockWhenFree(handle.fd);
    if (await isMadeFrom(dist, digest)) return false;
    const fresh = join(root, 'node_modules', '.cache', `console-${process.pid}`);
    await rm(fresh, { recursive: true, force: true });
    await viteBuild(root, fresh, signal);
    await writeFile(join(fresh, '.sources'), digest);
    await replace(dist, fresh);
    return true;
  } finally {
    await handle.close();
  }
}

function lockWhenFree(handle: number): Promise<void> {
  const flock = spawn('flock', ['-w', '180', '3'], { stdio: ['ignore', 'ignore', 'ignore', handle] });
  return new Promise((resolve, reject) => flock.on('error', reject).on('close', () => resolve()));
}

async function isMadeFrom(dist: string, digest: string): Promise<boolean> {
  return (await readFile(join(dist, '.sources'), 'utf8').catch(() => null)) === digest;
}

/** SHA-256 over the names and bytes of all files below these paths, tests left out. */
export async function sourcesDigest(root: string, sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await Promise.all(sources.map((source) => filesBelow(root, source)))).flat()) {
    hash
      .update(path)
      .update('\0')
      .update(await readFile(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesBelow(root: string, path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !NOT_SOURCES.test(file))
    .sort();
}

async function viteBuild(root: string, outDir: string, signal: AbortSignal): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', join(root, 'packages/web'), '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MILLISECONDS)]);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: limit,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      said += piece;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  ).catch((error) => {
    if (signal.aborted || error.name !== 'AbortError') throw error;
    throw new Refusal(`The console was not built within ${LONGEST_MILLISECONDS / 1000} seconds.`);
  });
  if (code !== 0 || !existsSync(join(outDir, 'index.html')))
    throw new Refusal(`The console could not be built:\n${said.trim().split('\n').slice(0, 15).join('\n')}`);
}

async function replace(dist: string, fresh: string): Promise<void> {
  const former = `${fresh}.former`;
  await rm(former, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await rename(dist, former);
  await rename(fresh, dist).catch(() => cp(fresh, dist, { recursive: true }));
  await rm(former, { recursive: true, force: true });
}
