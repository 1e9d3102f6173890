import { toHex } from '../access/bytes.ts';
import type { Cryptography } from '../access/cryptography.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';

/** What one line of the audit log says. */
export interface AuditEntry {
  /** 1 for the first; rises by one without gaps. */
  sequence: number;
  /** RFC 3339 in UTC. */
  at: string;
  actor: string;
  verb: string;
  object: string;
  detail: Json;
  request_id: string | null;
}

/** An entry as it is kept: with the hash of the one before it and its own. */
export interface ChainedAuditEntry extends AuditEntry {
  previous_hash: string;
  hash: string;
}

/** What the first entry has in place of a hash before it. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** No other hash in the product is over bytes that begin so; an entry can not be passed off as another kind of document. */
const DOMAIN = 'fleetmend-audit-v1\0';

/**
 * SHA-256 (hexadecimal) over the canonical JSON of an entry with the hash of the one before it. Fractions are written
 * as text before they get here: canonical JSON has none.
 */
export function entryHash(entry: AuditEntry, previousHash: string, crypto: Cryptography): string {
  const { sequence, at, actor, verb, object, detail, request_id } = entry;
  const text = canonicalJson({ sequence, at, actor, verb, object, detail, request_id, previous_hash: previousHash });
  return toHex(crypto.sha256(DOMAIN + text));
}

/** How far a chain has been checked; give it back with the next entries to check a long log piece by piece. */
export interface ChainState {
  sequence: number;
  head: string;
}

export const CHAIN_START: ChainState = { sequence: 0, head: FIRST_PREVIOUS_HASH };

/**
 * Whether each entry follows from the one before it. `broken_at` is the sequence of the first that does not (where one
 * is missing: of the one that should stand there). Cutting off the newest entries leaves a chain that is intact; only a
 * head that was written down elsewhere shows that.
 */
export function verifyChain(
  entries: Iterable<ChainedAuditEntry>,
  crypto: Cryptography,
  from: ChainState = CHAIN_START,
): { is_intact: boolean; broken_at: number | null; state: ChainState } {
  let state = from;
  for (const entry of entries) {
    const sequence = state.sequence + 1;
    const follows = entry.sequence === sequence && entry.previous_hash === state.head;
    if (!follows || !hasOwnHash(entry, crypto)) return { is_intact: false, broken_at: sequence, state };
    state = { sequence, head: entry.hash };
  }
  return { is_intact: true, broken_at: null, state };
}

function hasOwnHash(entry: ChainedAuditEntry, crypto: Cryptography): boolean {
  try {
    return entryHash(entry, entry.previous_hash, crypto) === entry.hash;
  } catch {
    // A number that canonical JSON refuses can not have been written by us.
    return false;
  }
}
