import { runCommand } from '../../platform/run-command.ts';
import { aptArguments } from './own-lists.ts';
import { type IndexEntry, parseIndex } from './parse-index.ts';
import { type OfferedVersion, parsePolicy, parseReleases } from './parse-policy.ts';

export interface VersionRef {
  name: string;
  architecture: string;
  version: string;
}

/** One apt-cache call costs a start of apt; a call for this many packages costs no more. */
const BATCH = 300;

function batches<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) result.push(items.slice(at, at + BATCH));
  return result;
}

/** How apt is told which package is meant: packages for `all` are of the native architecture to it. */
export function aptName({ name, architecture }: { name: string; architecture: string }): string {
  return architecture === 'all' ? name : `${name}:${architecture}`;
}

/** The key of an exact package in the maps below. */
export function refKey({ name, architecture, version }: VersionRef): string {
  return `${name}:${architecture}=${version}`;
}

/** The index entries of exact versions, by `refKey`. A version no list knows is simply not in the answer. */
export async function readIndexEntries(folder: string, refs: readonly VersionRef[]): Promise<Map<string, IndexEntry>> {
  const found = new Map<string, IndexEntry>();
  for (const batch of batches(refs)) {
    const names = batch.map((ref) => `${aptName(ref)}=${ref.version}`);
    const args = [...aptArguments(folder), '-q', 'show', '--no-all-versions', ...names];
    const result = await runCommand('apt-cache', args);
    for (const entry of parseIndex(result.stdout.toString('utf8'))) {
      const known = found.get(refKey(entry));
      if (known === undefined || known.sha256 === null) found.set(refKey(entry), entry);
    }
  }
  return found;
}

/** Every version on offer for each package, with the releases that offer it, by `aptName`. */
export async function readOffers(folder: string, names: readonly string[]): Promise<Map<string, OfferedVersion[]>> {
  const args = [...aptArguments(folder), '-q', 'policy'];
  const releases = parseReleases((await runCommand('apt-cache', args)).stdout.toString('utf8'));
  const offers = new Map<string, OfferedVersion[]>();
  for (const batch of batches(names)) {
    const result = await runCommand('apt-cache', [...args, ...batch]);
    for (const [name, versions] of parsePolicy(result.stdout.toString('utf8'), releases)) offers.set(name, versions);
  }
  return offers;
}

/** apt prints a package of the native architecture without it. */
export function offersOf<T>(
  offers: ReadonlyMap<string, T>,
  ref: { name: string; architecture: string },
): T | undefined {
  return offers.get(aptName(ref)) ?? offers.get(ref.name);
}
