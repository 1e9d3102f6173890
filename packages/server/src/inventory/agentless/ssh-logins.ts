import type { SshLogin } from './ssh-certificate.ts';
import { openSshConnection, type SshConnection, SshFailure, type SshReply, type SshTarget } from './ssh-connection.ts';

/** The logins that this server process keeps, one for each machine. */
export interface SshLogins {
  /**
   * Asks a machine over the login that is kept, or a new one where there is none or it has died meanwhile.
   * @throws SshFailure
   */
  ask(machine: SshMachine, known: string | null): Promise<{ reply: SshReply; isNew: boolean }>;
  close(): void;
}

export interface SshMachine {
  asset: string;
  target: SshTarget;
  /** Makes the certificate of a new login. */
  issue(): SshLogin;
}

/** A machine that takes our authority out of its configuration is left within the hour. */
const MAX_AGE_MILLISECONDS = 3_600_000;
/** Each is a process of some megabytes; the one that was not needed for longest goes first. */
const MAX_KEPT = 256;
const ENDING = 'this server is ending';

interface Kept {
  connection: SshConnection;
  target: string;
  since: number;
}

/** Opens an empty house of logins. */
export function openSshLogins(): SshLogins {
  const kept = new Map<string, Kept>();
  const answering = new Set<SshConnection>();
  const turns = new Map<string, Promise<unknown>>();
  let isClosed = false;

  async function ask({ asset, target, issue }: SshMachine, known: string | null) {
    const held = take(asset, JSON.stringify(target));
    if (held !== null) {
      try {
        const reply = await held.connection.ask(known);
        keep(asset, held);
        return { reply, isNew: false };
      } catch (error) {
        // A machine that was restarted ends its logins; one that talks nonsense is not asked twice.
        if (!(error instanceof SshFailure) || error.problem === 'answer-too-large') throw error;
      }
    }
    const connection = await openSshConnection(target, issue());
    answering.add(connection);
    const reply = await connection.ask(known).finally(() => answering.delete(connection));
    keep(asset, { connection, target: JSON.stringify(target), since: Date.now() });
    return { reply, isNew: true };
  }

  /** What is kept for a machine, unless it is old, ended or was for another key or address. */
  function take(asset: string, target: string): Kept | null {
    const held = kept.get(asset) ?? null;
    kept.delete(asset);
    if (held?.connection.isOpen() && held.target === target && Date.now() - held.since < MAX_AGE_MILLISECONDS)
      return held;
    held?.connection.close();
    return null;
  }

  function keep(asset: string, held: Kept): void {
    if (isClosed) return held.connection.close();
    kept.set(asset, held);
    const [oldest] = kept;
    if (kept.size <= MAX_KEPT || oldest === undefined) return;
    kept.delete(oldest[0]);
    oldest[1].connection.close();
  }

  return {
    /** One question for a machine at a time: the next waits for its turn. */
    async ask(machine, known) {
      const before = turns.get(machine.asset) ?? Promise.resolve();
      const turn = before.then(() => {
        if (isClosed) throw new Error(ENDING);
        return ask(machine, known);
      });
      const done = turn.catch(() => undefined);
      turns.set(machine.asset, done);
      try {
        return await turn;
      } catch (error) {
        // That we ended it says nothing about the machine.
        throw isClosed ? new Error(ENDING) : error;
      } finally {
        if (turns.get(machine.asset) === done) turns.delete(machine.asset);
      }
    },
    close() {
      isClosed = true;
      for (const connection of answering) connection.close();
      for (const { connection } of kept.values()) connection.close();
      kept.clear();
    },
  };
}
