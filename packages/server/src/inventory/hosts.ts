import type { KeyObject } from 'node:crypto';
import { nextLink, sessionKey } from '@fleetmend/api/host-session.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import { inBatches } from '../platform/batch.ts';
import type { Services } from '../platform/http.ts';
import { type HostRow, readHosts, type SessionRow, writeSeen, writeTurns } from './host.store.ts';
import { openQuota, type Quota } from './host-quota.ts';
import { openServerKey, type ServerKey } from './server-key.ts';

/** What this process holds of a host; all of it can be read again. */
export interface Host {
  id: string;
  /** SPKI, DER, base64url. */
  spki: string;
  /** The key before it, until a session was opened with the present one. */
  former_spki: string | null;
  /** Why its reports are not taken and it gets nothing; null: it takes part. */
  held: 'cloned' | 'waiting' | null;
  session: (SessionRow & { key: KeyObject }) | null;
  /** The digest of the state the server holds for it; null: not known, or not whole. */
  state: string | null;
  /** What it was told, and follows: not in the database, since a host says it again. */
  root_version: number;
  roots_held: number;
  check_in_seconds: number;
  /** Whether something waits for it; null: not looked up since something may have changed. */
  has_news: boolean | null;
  /** Rises with every change that this process has heard of, so that what was read before counts for nothing. */
  changes: number;
  /** `changes` when it was last told all there was for it; null: not by this process. */
  told: number | null;
  is_stale: boolean;
  quota: Quota;
  /** Called when something is there for it. */
  waiting: Set<() => void>;
}

export interface Hosts {
  server: ServerKey;
  /** A host that is enrolled, or null; `again`: as the database has it, whatever is held here. */
  find(id: string, again?: boolean): Promise<Host | null>;
  /** Turns the ratchet after a check-in that was authenticated. */
  turn(host: Host, mac: string): void;
  /** Notes that a host was heard of; written within a second. */
  seen(host: Host, at: Date, isConfirmed: boolean): void;
  /** Writes what is noted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MILLISECONDS = 1000;
const PER_READ = 500;

/**
 * The hosts of this server process. What others do to a host reaches it as `host:ID`; what hosts do is noted here and
 * written once a second (decision 0018).
 */
export async function openHosts(services: Services): Promise<Hosts> {
  const { db, settings, listener, log } = services;
  const server = await openServerKey(db, settings.data_dir);
  const known = new Map<string, Host>();
  let turned = new Map<string, Host>();
  let seen = new Map<string, { at: Date; is_confirmed: boolean }>();
  /** Rises with every change of a host that is not held here. */
  let ofStrangers = 0;
  let isFlushing: Promise<void> = Promise.resolve();

  const read = inBatches<string, Host | null>(PER_READ, async (ids) => {
    const changes = ids.map((id) => known.get(id)?.changes ?? ofStrangers);
    const before = new Set(ids.filter((id) => known.has(id)));
    const found = new Map((await readHosts(db, ids)).map((row) => [row.id, row]));
    return ids.map((id, at) => {
      const row = found.get(id);
      const host = row === undefined ? null : take(row);
      if (host === null) known.delete(id);
      // What was done to it while it was being read may not be in what was read.
      else host.is_stale = changes[at] !== (before.has(id) ? host.changes : ofStrangers);
      return host;
    });
  });

  /** Brings what is held of a host in line with its row; a step that is not written yet is kept. */
  function take(row: HostRow): Host {
    const before = known.get(row.id);
    const host: Host = before ?? {
      id: row.id,
      spki: '',
      former_spki: null,
      held: null,
      session: null,
      state: null,
      root_version: 0,
      roots_held: 0,
      check_in_seconds: 0,
      has_news: null,
      changes: 0,
      told: null,
      is_stale: false,
      quota: openQuota(),
      waiting: new Set(),
    };
    host.spki = row.spki.toString('base64url');
    host.former_spki = row.former_spki?.toString('base64url') ?? null;
    host.held = heldFor(row);
    host.session = sessionOf(row, host);
    if (before === undefined) {
      // As a host that has been told everything says it; one that says otherwise is asked for all.
      host.roots_held = row.current_root;
      host.check_in_seconds = settings.check_in_seconds;
    }
    host.root_version = row.root_version;
    host.state = stateOf(row, host);
    known.set(row.id, host);
    return host;
  }

  function sessionOf(row: HostRow, host: Host): Host['session'] {
    const { exchange_key, step, link, previous } = row;
    if (exchange_key === undefined || exchange_key === null) return null;
    const held = host.session;
    const isSame = held?.exchange_key === exchange_key;
    if (isSame && held.step >= (step ?? 0)) return held;
    const ends = { asset: row.id, host: exchange_key, server: server.publicKey };
    const key = isSame ? held.key : sessionKey(server.privateKey, exchange_key, ends);
    return key === null ? null : { key, exchange_key, step: step ?? 0, link: link ?? '', previous: previous ?? '' };
  }

  const stopListening = listener.on('host:', (id) => {
    if (id === null || !known.has(id)) ofStrangers++;
    for (const host of id === null ? known.values() : [known.get(id)]) {
      if (host === undefined) continue;
      host.changes++;
      host.is_stale = true;
      host.has_news = null;
      for (const wake of host.waiting) wake();
    }
  });

  async function flush(): Promise<void> {
    const [turns, sightings] = [turned, seen];
    [turned, seen] = [new Map(), new Map()];
    try {
      const sessions = [...turns.values()].flatMap(({ id, session }) =>
        session === null ? [] : [{ asset: id, ...session }],
      );
      if (sessions.length > 0) await writeTurns(db, sessions);
      if (sightings.size > 0)
        await writeSeen(
          db,
          [...sightings].map(([asset, each]) => ({ asset, ...each })),
        );
    } catch (error) {
      log.error({ error }, 'what hosts were seen could not be written; it is tried again');
      turned = new Map([...turns, ...turned]);
      seen = new Map([...sightings, ...seen]);
    }
  }
  const flushInTurn = () => {
    isFlushing = isFlushing.then(flush);
    return isFlushing;
  };
  const timer = setInterval(flushInTurn, FLUSH_MILLISECONDS);

  return {
    server,
    async find(id, again = false) {
      const held = known.get(id);
      return held === undefined || held.is_stale || again ? read(id) : held;
    },
    turn(host, mac) {
      if (host.session === null) return;
      const { key, step, link, exchange_key } = host.session;
      host.session = { key, exchange_key, step: step + 1, link: nextLink(key, mac), previous: link };
      turned.set(host.id, host);
    },
    seen(host, at, is_confirmed) {
      seen.set(host.id, { at, is_confirmed: is_confirmed || (seen.get(host.id)?.is_confirmed ?? false) });
    },
    flush: flushInTurn,
    async close() {
      clearInterval(timer);
      stopListening();
      await flushInTurn();
    },
  };
}

function heldFor({ cloned_at, waits_since }: HostRow): Host['held'] {
  if (cloned_at !== null) return 'cloned';
  return waits_since === null ? null : 'waiting';
}

/** The state that the stored row amounts to. */
function stateOf(row: HostRow, { roots_held, check_in_seconds }: Host): string | null {
  const { inventory_digest, updates_digest, facts_digest, boot_id, root_version } = row;
  if (facts_digest === null || boot_id === null) return null;
  return stateDigest({
    inventory_digest,
    updates_digest,
    facts_digest,
    boot_id,
    root_version,
    roots_held,
    check_in_seconds,
  });
}
