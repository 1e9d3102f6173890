import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere, removeOldFiles } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { fileDigest } from '../fetch-into-store.ts';
import { ownFolder } from './offers.ts';
import { nameOf } from './parse-output.ts';

/** Where Flatpak keeps what is installed for all users. */
export const SYSTEM_REPOSITORY = '/var/lib/flatpak/repo';

/** A change may wait for its window as long as this; a bundle cannot be made again with the same bytes. */
const KEEP_DAYS = 60;
const PULL_SECONDS = 1800;

function ownRepository(folder: string): string {
  return join(ownFolder(folder), 'repo');
}

function ownBundles(folder: string): string {
  return join(ownFolder(folder), 'bundles');
}

async function ostree(folder: string, command: string, ...args: string[]): Promise<string> {
  const all = [`--repo=${ownRepository(folder)}`, command, ...args];
  const result = await runCommand('ostree', all, { timeout_seconds: PULL_SECONDS });
  if (result.code === 0) return result.stdout.toString('utf8');
  throw new Error(`ostree ${command}: ${result.timed_out ? 'it took too long' : result.stderr.trim()}`);
}

/**
 * Lets `work` use a repository of the agent's own with the machine's remotes and the keys it trusts them by; it is gone
 * afterwards. What is installed is read from the machine's, so that only what is new crosses the network.
 */
export async function withOwnRepository<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = ownRepository(folder);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(ownBundles(folder), { recursive: true });
  removeOldFiles(ownBundles(folder), KEEP_DAYS, Date.now());
  try {
    await ostree(folder, 'init', '--mode=archive');
    const settings = readTextIfThere(join(SYSTEM_REPOSITORY, 'config')) ?? '';
    const remotes = settings.split(/^(?=\[)/m).filter((part) => part.startsWith('[remote '));
    appendFileSync(join(path, 'config'), `\n${remotes.join('\n')}`);
    for (const name of readdirSync(SYSTEM_REPOSITORY).filter((each) => each.endsWith('.trustedkeys.gpg')))
      copyFileSync(join(SYSTEM_REPOSITORY, name), join(path, name));
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Fetches one commit from its remote, its signature checked as the machine's settings ask. @throws Error in ostree's words. */
export async function pullCommit(folder: string, remote: string, ref: string, commit: string): Promise<void> {
  await ostree(folder, 'pull', `--localcache-repo=${SYSTEM_REPOSITORY}`, '--', remote, `${ref}@${commit}`);
}

/** Takes a commit that is installed. @throws Error when parts of it were never fetched. */
export async function takeInstalled(folder: string, remote: string, commit: string): Promise<void> {
  await ostree(folder, 'pull-local', `--remote=${remote}`, '--', SYSTEM_REPOSITORY, commit);
}

/** The runtime that an application of this commit runs on (`org.gnome.Platform/x86_64/47`); null for what needs none. */
export async function runtimeOf(folder: string, commit: string): Promise<string | null> {
  const metadata = await ostree(folder, 'cat', '--', commit, '/metadata');
  return /^\[Application\]$/m.test(metadata) ? (/^runtime=(.+)$/m.exec(metadata)?.[1] ?? null) : null;
}

export interface Bundle {
  sha256: string;
  size: number;
}

/** One file with a fetched commit and its signature in it: what root is handed. Made once, for no two have the same bytes. */
export async function bundle(folder: string, ref: string, commit: string): Promise<Bundle> {
  const path = join(ownBundles(folder), `${commit}.flatpak`);
  if (!existsSync(path)) {
    const { id, architecture, branch } = nameOf(ref);
    await ostree(folder, 'refs', '--delete', '--', ref);
    await ostree(folder, 'refs', `--create=${ref}`, '--', commit);
    const kind = ref.startsWith('runtime/') ? ['--runtime'] : [];
    const draft = `${path}.part`;
    const args = ['build-bundle', ...kind, `--arch=${architecture}`, '--', ownRepository(folder), draft, id, branch];
    const made = await runCommand('flatpak', args, { timeout_seconds: PULL_SECONDS });
    if (made.code !== 0) throw new Error(`flatpak build-bundle: ${made.stderr.trim()}`);
    renameSync(draft, path);
  }
  utimesSync(path, new Date(), new Date());
  return { sha256: await fileDigest(path), size: statSync(path).size };
}

/** The bundles that were made here, by their digest. */
export async function readBundles(folder: string): Promise<Map<string, string>> {
  const store = ownBundles(folder);
  const found = new Map<string, string>();
  for (const name of existsSync(store) ? readdirSync(store) : []) {
    const path = join(store, name);
    if (name.endsWith('.flatpak')) found.set(await fileDigest(path), path);
  }
  return found;
}
