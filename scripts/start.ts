import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@fleetmend/server/platform/migrate.ts';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';
import { startPostgres } from '@fleetmend/server/platform/postgres/start-postgres.ts';
import { startServer } from '@fleetmend/server/start-server.ts';
import { buildConsole } from './start/build-console.ts';
import { openDataFolder } from './start/data-folder.ts';
import { enrolThisMachine } from './start/enrol-this-machine.ts';
import { choosePort } from './start/free-port.ts';
import { openLifetime } from './start/lifetime.ts';
import { packAgent } from './start/pack-agent.ts';
import { saySeconds, yes } from './start/say.ts';
import { readSettings } from './start/settings.ts';

/** `npm start`: everything Fleetmend needs, on this machine, in this order, until Ctrl-C. */

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const lifetime = openLifetime();

async function start(): Promise<void> {
  if (process.platform !== 'linux') throw new Refusal(`Fleetmend runs on Linux; this is ${process.platform}.`);
  yes(`${systemName()}, Node ${process.versions.node}`);

  const settings = readSettings(process.env, process.getuid?.() === 0);
  const folder = openDataFolder(settings.dataDir);
  lifetime.onEnd(() => folder.close());
  yes(`data folder ${settings.dataDir}`);

  const port = await choosePort(settings);
  const instead = port === settings.port ? '' : ` (${settings.port} is taken)`;
  yes(`port ${port} on ${settings.host}${instead}`);

  if (!/^(127\.|localhost$|::1$)/.test(settings.host) && !settings.origin?.startsWith('https:')) {
    console.log(
      '! without TLS, everyone on the way can read along: put a proxy with TLS before it and set FLEETMEND_ORIGIN',
    );
  }

  const origin = settings.origin ?? `http://localhost:${port}`;
  const database = startDatabase(settings.dataDir);
  // Both stand still before a failure of one is told, so that nothing is made behind the undoing.
  await Promise.allSettled([database, prepareConsole()]).then((both) => {
    for (const one of both) if (one.status === 'rejected') throw one.reason;
  });
  const server = await startServer({
    databaseUrl: await database,
    dataDir: settings.dataDir,
    host: settings.host,
    port,
    origin,
    logLevel: settings.logLevel,
    webhookAllow: settings.webhookAllow,
  });
  lifetime.onEnd(() => server.close());
  lifetime.check();
  yes(`server ready at ${server.url}`);

  const agent = await enrolThisMachine({ root: ROOT, dataDir: settings.dataDir, server });
  lifetime.onEnd(() => agent.stop());
  yes(agent.says);

  console.log(`\nOpen this link; it signs you in once and ends in 15 minutes:\n\n  ${server.signInLink}\n`);
  console.log(`Your data is in ${settings.dataDir}. Stop with Ctrl-C; nothing is lost.`);
  const problem = await packAgent(ROOT, lifetime.signal);
  if (problem !== null && !lifetime.signal.aborted)
    console.log(`! the agent could not be packed for other machines: ${problem}`);
}

/** @returns the address of a migrated database that lives as long as we do. */
async function startDatabase(dataDir: string): Promise<string> {
  const seconds = saySeconds();
  const postgres = await startPostgres({ dataDir });
  lifetime.onEnd(() => postgres.stop());
  lifetime.check();
  void postgres.ended.then(() => lifetime.fail(`PostgreSQL has ended; ${join(dataDir, 'postgres.log')} says why.`));
  const applied = await migrate(postgres.url);
  lifetime.check();
  const origin =
    postgres.kind === 'external'
      ? 'of DATABASE_URL'
      : postgres.kind === 'system'
        ? 'of this system'
        : 'that came along';
  yes(`PostgreSQL ${postgres.version.split(' ')[0]} ${origin}, ${applied} migrations applied (${seconds()})`);
  return postgres.url;
}

async function prepareConsole(): Promise<void> {
  const seconds = saySeconds();
  const isBuilt = await buildConsole(ROOT, lifetime.signal);
  yes(isBuilt ? `console built (${seconds()})` : 'console is up to date');
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return `${name ?? 'Linux'} on ${hostname()}`;
  } catch {
    return `Linux on ${hostname()}`;
  }
}

await lifetime.begin(start);
