import { statSync } from 'node:fs';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { writeSuccession } from '@fleetmend/api/key-succession.ts';
import { z } from 'zod';
import type { AgentFolder } from './agent-folder.ts';
import {
  forgetNextHostKey,
  type HostKey,
  keepSuccession,
  loadHostKey,
  loadNextHostKey,
  useNextHostKey,
} from './identity.ts';
import type { ServerClient } from './server-client.ts';

const DAY = 86_400_000;

/** Whether this machine's key is to be changed: it is old enough, or a change has begun, which a person can ask for. */
export function isKeyDue(folder: AgentFolder, everyDays: number, now: number): boolean {
  if (statSync(folder.next_key, { throwIfNoEntry: false }) !== undefined) return true;
  const madeAt = statSync(folder.key, { throwIfNoEntry: false })?.mtimeMs ?? now;
  return now - madeAt > everyDays * DAY;
}

/**
 * Changes this machine's key: the old one signs the new one, the server takes it, and then it is in use. Each step is on
 * disk before the next, and can be done again: whatever ends the agent in between, the change goes on when it is back.
 * @returns the new key, or why the server has not taken it.
 */
export async function rotateKey(
  folder: AgentFolder,
  asset: string,
  client: ServerClient,
): Promise<{ key: HostKey } | { reason: string }> {
  const [present, next] = [loadHostKey(folder), loadNextHostKey(folder)];
  if (present.id !== next.id) {
    const succession = writeSuccession(asset, present.private_key, next.private_key);
    const answer = await client.post(AGENT_PATHS.nextKey, succession, z.unknown());
    if (!answer.ok) return { reason: answer.reason };
    keepSuccession(folder, succession);
    useNextHostKey(folder);
  }
  forgetNextHostKey(folder);
  return { key: loadHostKey(folder) };
}
