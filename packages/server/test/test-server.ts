import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@fleetmend/api/client.ts';
import { hasChangedKeys } from '../src/findings/match.queries.ts';
import { hasStirred } from '../src/inventory/stirred.store.ts';
import { openDatabase } from '../src/platform/database.ts';
import { createTestDatabase } from '../src/platform/test-database.ts';
import { type RunningServer, startServer } from '../src/start-server.ts';

export interface TestServer {
  server: RunningServer;
  url: string;
  db: ReturnType<typeof openDatabase>['db'];
  /** The first person, signed in by the printed link. */
  admin: Client;
  /** Adds a person and signs them in. */
  join(
    name: string,
    roles: ('viewer' | 'operator' | 'approver' | 'admin' | 'auditor')[],
  ): Promise<{ id: string; call: Client }>;
  /** As if a machine had last been heard of an hour ago. */
  silence(asset: string): Promise<void>;
  /** One more server process on the same database and data folder. */
  another(): Promise<RunningServer>;
  /** Waits until no job is left to run now, and no findings are due. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The real server on a real, empty database, with its jobs running. */
export async function startTestServer(): Promise<TestServer> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'fleetmend-server-'));
  const start = () =>
    startServer({
      databaseUrl: database.url,
      dataDir,
      host: '127.0.0.1',
      port: 0,
      origin: 'http://localhost:7600',
      logLevel: 'fatal',
      checkInSeconds: 1,
    });
  const server = await start();
  const { db, pool, close } = openDatabase(database.url, 2);
  const admin = await openLink(server.url, server.signInLink);
  return {
    server,
    url: server.url,
    db,
    admin,
    another: start,
    async join(name, roles) {
      const { person, sign_in_url } = await admin('invitePerson', { body: { name, roles } });
      return { id: person.id, call: await openLink(server.url, sign_in_url) };
    },
    async silence(asset) {
      await pool.query(`UPDATE inventory_asset SET last_check_in_at = now() - interval '1 hour' WHERE id = $1`, [
        asset,
      ]);
    },
    async settle() {
      for (let i = 0; i < 200; i++) {
        // First, since what is due may ask for jobs when it is done.
        const areDue = (await hasChangedKeys(db)) || (await hasStirred(db));
        const { rows } = await pool.query(
          'SELECT 1 FROM graphile_worker._private_jobs WHERE run_at <= now() AND attempts < max_attempts LIMIT 1',
        );
        if (rows.length === 0 && !areDue) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('jobs do not come to rest');
    },
    async close() {
      await close();
      await server.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function openLink(url: string, link: string): Promise<Client> {
  const opened = await send(
    url,
    {},
    {
      method: 'POST',
      path: '/api/v1/session/link',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(link).hash.slice(1) }),
    },
  );
  if (opened.status !== 200) throw new Error(`sign-in: ${await opened.text()}`);
  const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return createClient((request) => send(url, { cookie }, request));
}

function send(
  url: string,
  headers: Record<string, string>,
  request: { method: string; path: string; headers: Record<string, string>; body: unknown },
): Promise<Response> {
  return fetch(`${url}${request.path}`, {
    method: request.method,
    headers: { 'sec-fetch-site': 'same-origin', ...request.headers, ...headers },
    ...(request.body === undefined ? {} : { body: request.body as string }),
  });
}
