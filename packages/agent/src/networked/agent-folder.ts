import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { giveToOwner } from '../platform/durable-file.ts';

/** Where the networked half keeps what it knows. */
export interface AgentFolder {
  path: string;
  key: string;
  /** A key that is not yet in use: the server may know it already. */
  next_key: string;
  /** How each key of this machine followed the one before. */
  successions: string;
  identity: string;
  session: string;
  /** Why the server holds this machine; absent where it does not. */
  held: string;
  orders: string;
  outbox: string;
  /** Where the program lies that has checked in last, for the watchdog. */
  checked_in: string;
  reported: string;
}

const SYSTEM_FOLDER = '/var/lib/fleetmend-agent';

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function defaultPath(): string {
  if (process.getuid?.() === 0 || isWritable(SYSTEM_FOLDER)) return SYSTEM_FOLDER;
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'fleetmend-agent');
}

/** The folder of this installation, made if it is not there; FLEETMEND_AGENT_STATE names another. */
export function agentFolder(path = process.env['FLEETMEND_AGENT_STATE'] ?? defaultPath()): AgentFolder {
  const folder = {
    path,
    key: join(path, 'host-key.pem'),
    next_key: join(path, 'host-key.next.pem'),
    successions: join(path, 'key-successions.json'),
    identity: join(path, 'identity.json'),
    session: join(path, 'session.json'),
    held: join(path, 'held.txt'),
    orders: join(path, 'orders'),
    outbox: join(path, 'outbox'),
    checked_in: join(path, 'checked-in'),
    reported: join(path, 'reported-inventory.json'),
  };
  mkdirSync(path, { recursive: true, mode: 0o755 });
  for (const part of [folder.orders, folder.outbox]) {
    mkdirSync(part, { recursive: true, mode: 0o700 });
    giveToOwner(part);
  }
  return folder;
}
