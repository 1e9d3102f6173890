import { rmSync } from 'node:fs';
import type { CheckInResponse } from '@fleetmend/api/agent-protocol.ts';
import { readTextIfThere, writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import type { AgentFolder } from './agent-folder.ts';

const WORDS = {
  cloned:
    'The server has seen two machines with the key of this one, and holds both: enrol this machine again (fleetmend host enrol --as HOST).',
  waiting: 'The server holds this machine until a person lets it in (fleetmend host approve HOST).',
} as const;

/** Keeps why the server holds this machine, for people who look; says it once. */
export function noteHold(folder: AgentFolder, held: CheckInResponse['held']): void {
  const words = held === null ? null : WORDS[held];
  if (words === readHold(folder)) return;
  if (words === null) rmSync(folder.held, { force: true });
  else writeDurably(folder.held, words, 0o644);
  log(words ?? 'the server holds this machine no more', {});
}

/** Why the server holds this machine, in a sentence; null where it does not. */
export function readHold(folder: AgentFolder): string | null {
  return readTextIfThere(folder.held);
}
