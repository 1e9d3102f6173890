import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonIfThere, writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { writeListsStatus } from '../lists-status.ts';
import type { ListsStatus } from '../package-manager.ts';
import { parseLog, parseNewer } from './parse-output.ts';

/** How far back into the history of a ref an offer reaches. */
const MAX_COMMITS = 50;

const offersSchema = z.array(
  z.object({
    ref: z.string(),
    remote: z.string(),
    app_version: z.string().nullable(),
    /** The newest first. */
    commits: z.array(z.object({ commit: z.string(), version: z.string() })).min(1),
  }),
);

/** What a remote has above what is installed of one ref. */
export type Offer = z.infer<typeof offersSchema>[number];

export function ownFolder(folder: string): string {
  return join(folder, 'flatpak');
}

export function offersPath(folder: string): string {
  return join(ownFolder(folder), 'offers.json');
}

/** What the last refresh found; nothing before the first. */
export function readOffers(folder: string): Offer[] {
  return offersSchema.safeParse(readJsonIfThere(offersPath(folder))).data ?? [];
}

/** Asks the machine's remotes as it would ask them itself. */
export async function refreshLists(folder: string): Promise<ListsStatus> {
  const own = ownFolder(folder);
  mkdirSync(own, { recursive: true });
  const ask = (args: readonly string[]) => runCommand('flatpak', ['--system', ...args]);
  const newer = await ask(['remote-ls', '--updates', '--all', '--columns=ref,origin,version']);
  if (newer.code !== 0) return writeListsStatus(own, 'flatpak remote-ls', newer);
  const offers: Offer[] = [];
  for (const each of parseNewer(newer.stdout.toString('utf8'))) {
    const log = await ask(['remote-info', '--log', '--', each.remote, each.ref]);
    if (log.code !== 0) return writeListsStatus(own, `flatpak remote-info ${each.ref}`, log);
    const commits = parseLog(log.stdout.toString('utf8')).slice(0, MAX_COMMITS);
    if (commits.length > 0) offers.push({ ...each, commits });
  }
  writeDurably(offersPath(folder), JSON.stringify(offers));
  return writeListsStatus(own, 'flatpak', newer);
}
