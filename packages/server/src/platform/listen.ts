import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Logger } from 'pino';

export interface Listener {
  /**
   * Calls back whenever the subject is woken, until the returned function is called. A subject that ends with a colon
   * (`host:`) is woken with all that begin with it, and told the rest; null when any of them may have been missed.
   */
  on(subject: string, callback: (rest: string | null) => void): () => void;
  close(): Promise<void>;
}

export interface OpenListener extends Listener {
  /** The name of its connection, of this process alone: while PostgreSQL sees it, this process lives. */
  name: string;
}

/** One connection that listens for `wake()`; when it is lost it is made again and everyone is woken once, since they may have missed something. */
export async function openListener(url: string, log: Logger): Promise<OpenListener> {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const name = `fleetmend ${randomUUID()}`;
  let client: pg.Client | null = null;
  let isClosed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: name });
    next.on('notification', ({ payload = '' }) => {
      emitter.emit(payload, null);
      const end = payload.indexOf(':') + 1;
      if (end < payload.length) emitter.emit(payload.slice(0, end), payload.slice(end));
    });
    next.on('error', () => undefined);
    next.on('end', () => {
      if (!isClosed) setTimeout(reconnect, 500).unref();
    });
    await next.connect();
    await next.query('LISTEN fleetmend');
    client = next;
  }
  function reconnect(): void {
    connect().then(
      () => {
        for (const subject of emitter.eventNames()) emitter.emit(subject, null);
      },
      (error: unknown) => {
        log.warn({ error }, 'the listening connection could not be made again');
        if (!isClosed) setTimeout(reconnect, 2000).unref();
      },
    );
  }
  await connect();

  function on(subject: string, callback: (rest: string | null) => void): () => void {
    emitter.on(subject, callback);
    return () => emitter.off(subject, callback);
  }
  return {
    name,
    on,
    async close() {
      isClosed = true;
      await client?.end();
    },
  };
}
