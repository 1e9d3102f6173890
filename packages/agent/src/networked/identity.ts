import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { rmSync } from 'node:fs';
import type { HostSession } from '@fleetmend/api/host-session.ts';
import { type KeySuccession, keySuccession } from '@fleetmend/api/key-succession.ts';
import { z } from 'zod';
import { MAX_SUCCESSIONS } from '../applier/socket-protocol.ts';
import { readJsonIfThere, readTextIfThere, writeDurably } from '../platform/durable-file.ts';
import type { AgentFolder } from './agent-folder.ts';

const identitySchema = z.object({
  server: z.string(),
  asset: z.string().min(1).max(100),
  organization: z.string().min(1).max(100),
  /** The server's key, pinned: answers count only from whoever holds its other half. */
  server_key: z.string().length(43),
});
/** Who this machine is, as the server that enrolled it says. */
export type Identity = z.infer<typeof identitySchema>;

export function readIdentity(folder: AgentFolder): Identity | null {
  const value = readJsonIfThere(folder.identity);
  return value === null ? null : identitySchema.parse(value);
}

export function writeIdentity(folder: AgentFolder, identity: Identity): void {
  writeDurably(folder.identity, JSON.stringify(identity), 0o644);
}

const sessionSchema = z.object({ key: z.string().length(43), step: z.int().min(0), link: z.string() });

/** Where the ratchet with the server stands; null before the first session. */
export function readSession(folder: AgentFolder): HostSession | null {
  const read = sessionSchema.safeParse(readJsonIfThere(folder.session));
  return read.success ? { ...read.data, key: createSecretKey(read.data.key, 'base64url') } : null;
}

export function writeSession(folder: AgentFolder, { key, step, link }: HostSession): void {
  writeDurably(folder.session, JSON.stringify({ key: key.export().toString('base64url'), step, link }));
}

/** What the applier needs to follow this machine from the key it was bound to. */
export function readSuccessions(folder: AgentFolder): KeySuccession[] {
  const read = z.array(keySuccession).safeParse(readJsonIfThere(folder.successions));
  return read.success ? read.data : [];
}

/** Keeps that a key follows another, once. */
export function keepSuccession(folder: AgentFolder, succession: KeySuccession): void {
  const known = readSuccessions(folder).filter(({ new_key }) => new_key !== succession.new_key);
  writeDurably(folder.successions, JSON.stringify([...known, succession].slice(-MAX_SUCCESSIONS)));
}

export interface HostKey {
  private_key: KeyObject;
  /** SPKI, DER, base64url. */
  public_key: string;
  /** SHA-256 of the SPKI, hexadecimal: what change documents name. */
  id: string;
}

/** The machine's own Ed25519 key, made on first use and readable by its owner alone. It is the machine's identity. */
export function loadHostKey(folder: AgentFolder): HostKey {
  return loadKey(folder.key);
}

/** The key that is to come after the one in use: the same one until it is in use, however often it is asked for. */
export function loadNextHostKey(folder: AgentFolder): HostKey {
  return loadKey(folder.next_key);
}

/** Uses the next key from now on. */
export function useNextHostKey(folder: AgentFolder): void {
  const pem = readTextIfThere(folder.next_key);
  if (pem === null) return;
  writeDurably(folder.key, pem);
}

/** The last step of a change of keys: without it the change is gone through once more. */
export function forgetNextHostKey(folder: AgentFolder): void {
  rmSync(folder.next_key, { force: true });
}

function loadKey(path: string): HostKey {
  let pem = readTextIfThere(path);
  if (pem === null) {
    pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeDurably(path, pem);
  }
  const privateKey = createPrivateKey(pem);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    private_key: privateKey,
    public_key: spki.toString('base64url'),
    id: createHash('sha256').update(spki).digest('hex'),
  };
}
