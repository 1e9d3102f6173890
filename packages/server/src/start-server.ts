import { fileURLToPath } from 'node:url';
import { createSignInLink, ensureFirstPerson } from './access/first-person.ts';
import { jobs, openApp } from './app.ts';
import { agentlessJobs } from './inventory/agentless/agentless.jobs.ts';
import { openSshLogins } from './inventory/agentless/ssh-logins.ts';
import { createEnrolmentCode } from './inventory/enrol-asset.ts';
import { noteAgentFetched } from './inventory/inventory.store.ts';
import { serveAgentArchives } from './platform/agent-archives.ts';
import type { Ctx, Settings } from './platform/context.ts';
import { openDatabase } from './platform/database.ts';
import { migrateJobs, runJobs } from './platform/jobs.ts';
import { openListener } from './platform/listen.ts';
import { openLog } from './platform/log.ts';
import { ensureOrganization } from './platform/organization.ts';
import { serveConsole } from './platform/serve-console.ts';
import { ensureDefaultPolicy } from './policies/put-policy.ts';

const CONSOLE = fileURLToPath(new URL('../../web/dist/', import.meta.url));

/** What is new a host says at once, and news for it reach it at once: this is only how soon its silence is seen. */
const CHECK_IN_SECONDS = 300;

export interface ServerOptions {
  /** A migrated database. */
  databaseUrl: string;
  dataDir: string;
  host: string;
  port: number;
  /** Where people reach it; passkeys are bound to its host name. */
  origin: string;
  logLevel?: string;
  checkInSeconds?: number;
  webhookAllow?: readonly string[];
}

export interface RunningServer {
  /** Where it listens, which may be another address than the origin people use. */
  url: string;
  /** Signs the first person in, once, within 15 minutes. */
  signInLink: string;
  /** A code that enrols one machine, once, within the hour. */
  enrolmentCode(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a server on a migrated database: HTTP, console and background work. It holds nothing that is not in the database. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = openLog(options.logLevel ?? 'warn');
  const settings: Settings = {
    origin: options.origin,
    rp_id: new URL(options.origin).hostname,
    data_dir: options.dataDir,
    check_in_seconds: options.checkInSeconds ?? CHECK_IN_SECONDS,
    webhook_allow: options.webhookAllow ?? [],
  };
  const { db, pool, close } = openDatabase(options.databaseUrl);
  const inTransaction = <T>(work: (ctx: Ctx) => Promise<T>) =>
    db.transaction().execute((trx) =>
      work({
        db: trx,
        actor: { kind: 'system', label: 'fleetmend' },
        now: new Date(),
        log,
        settings,
        request_id: null,
      }),
    );
  await migrateJobs(pool);
  const signIn = await inTransaction(async (ctx) => {
    await ensureOrganization(ctx.db, ctx.now);
    await ensureDefaultPolicy(ctx);
    return createSignInLink(ctx, await ensureFirstPerson(ctx));
  });
  const listener = await openListener(options.databaseUrl, log);
  const app = await openApp({ db, pool, listener, log, settings });
  serveAgentArchives(app, { onFetched: (code) => noteAgentFetched(db, code, new Date()) });
  await serveConsole(app, CONSOLE);
  await app.listen({ host: options.host, port: options.port });
  const logins = openSshLogins();
  const runner = await runJobs(
    { ...jobs, ...agentlessJobs(logins) },
    { db, pool, log, settings, server: listener.name },
  );
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    signInLink: signIn.url,
    enrolmentCode: async () => (await inTransaction((ctx) => createEnrolmentCode(ctx, { labels: {} }))).code,
    async close() {
      app.server.closeAllConnections();
      await app.close();
      logins.close();
      await runner.close();
      await listener.close();
      await close();
    },
  };
}
