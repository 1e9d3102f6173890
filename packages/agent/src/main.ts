import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { applierFolder } from './applier/applier-folder.ts';
import { readJournal } from './applier/journal.ts';
import { startOrderQueue } from './applier/order-queue.ts';
import { serveApplier } from './applier/serve.ts';
import { bind, pinRoot } from './applier/trust.ts';
import { diagnose } from './doctor.ts';
import { findStaleServices } from './facts/stale-services.ts';
import { agentFolder } from './networked/agent-folder.ts';
import { applierSocketPath } from './networked/applier-client.ts';
import { startReporter } from './networked/build-report.ts';
import { enrol } from './networked/enrol.ts';
import { loadHostKey, loadNextHostKey, readIdentity } from './networked/identity.ts';
import { runAgent } from './networked/run-agent.ts';
import { joinChangers } from './package-managers/join-changers.ts';
import { joinManagers } from './package-managers/join-managers.ts';
import { findPackageManagers, knownPackageManagers } from './package-managers/registry.ts';
import { removeOldFiles } from './platform/durable-file.ts';
import { log } from './platform/log.ts';
import { serviceDefinition } from './service-definitions.ts';
import { AGENT_VERSION } from './version.ts';

const USAGE = `fleetmend-agent ${AGENT_VERSION}: reports what this machine lacks, and applies what people have signed.

  enrol --server URL [--server-key sha256:…] [--root sha256:…] [--code-file FILE] [--again]
                                                            enrol this machine at the server that has this key; the
                                                            one-time code comes on standard input, from FILE or from
                                                            FLEETMEND_ENROL_CODE; again: with a new key, in place of
                                                            the identity it has
  run [--once] [--refresh-seconds N]                        the networked half
  applier [--socket PATH]                                   the root half
  rotate-key                                                change this machine's key at the next check-in
  trust sha256:… [--replace]                                pin the root whose people may approve changes (root only)
  inventory [--json]                                        what this machine has and lacks, printed
  service launchd|windows [--folder FOLDER]                 what starts the agent on such a system, printed
  doctor                                                    what is right and wrong on this machine, in words
  version
`;

/** How long root keeps what an order left: its files, among them the way back, its text and its log. */
const KEEP_DAYS = 60;

/** Links are followed when a program is loaded: this is its slot, wherever `current` points meanwhile. */
const PROGRAM = dirname(fileURLToPath(import.meta.url));

class UsageError extends Error {}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** As root, goes on as the owner of the agent's folder, so that nothing in it becomes root's. */
function actAsOwner(path: string): void {
  const { uid, gid } = statSync(path);
  if (!isRoot() || uid === 0) return;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

function readCode(file: string | undefined): string {
  const fromEnvironment = process.env['FLEETMEND_ENROL_CODE'];
  if (file !== undefined) return readFileSync(file, 'utf8').trim();
  if (fromEnvironment !== undefined) return fromEnvironment.trim();
  if (process.stdin.isTTY) process.stderr.write('Enrolment code: ');
  return readFileSync(0, 'utf8').trim();
}

async function requirePackageManagers() {
  const plugins = await findPackageManagers();
  if (plugins.length > 0) return plugins;
  throw new UsageError(`no package manager this agent knows was found (it knows ${knownPackageManagers()})`);
}

function pin(text: string, replace: boolean): void {
  if (!isRoot() && process.env['FLEETMEND_APPLIER_STATE'] === undefined)
    throw new UsageError('only root can say whom this machine trusts');
  const folder = applierFolder();
  const obstacle = pinRoot(folder, text, replace);
  if (obstacle !== null) throw new UsageError(obstacle);
  const agent = agentFolder();
  const identity = readIdentity(agent);
  if (identity !== null) {
    const { asset, organization } = identity;
    const refused = bind(folder, { asset, organization, key: loadHostKey(agent).id });
    if (refused !== null) throw new UsageError(refused);
  }
  console.log(`This machine now trusts the root ${text.trim()}${identity === null ? '; it is not enrolled yet' : ''}.`);
}

async function enrolCommand(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    server: text,
    'server-key': text,
    root: text,
    'code-file': text,
    again: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length > 0)
    throw new UsageError('the code is not an argument, where every process could read it: give it on standard input');
  if (values.server === undefined) throw new UsageError('--server is missing');
  if (values.root !== undefined && !isRoot())
    throw new UsageError('only root can pin a root; enrol without --root, then run trust as root');
  const { server, 'server-key': server_key = null, again: is_again = false } = values;
  const code = readCode(values['code-file']);
  const identity = await enrol(agentFolder(), { server, server_key, code, is_again });
  console.log(`Enrolled at ${identity.server} as ${identity.asset}.`);
  if (values.root !== undefined) pin(values.root, false);
  return 0;
}

async function runCommandLine(args: string[]): Promise<number> {
  const options = { once: { type: 'boolean' }, 'refresh-seconds': { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const refreshSeconds = Number(values['refresh-seconds'] ?? process.env['FLEETMEND_LISTS_REFRESH_SECONDS'] ?? 900);
  if (!(refreshSeconds >= 1)) throw new UsageError('--refresh-seconds takes a number of seconds, 1 or more');
  const keyDays = Number(process.env['FLEETMEND_KEY_DAYS'] ?? 90);
  if (!(keyDays > 0)) throw new UsageError('FLEETMEND_KEY_DAYS is a number of days, more than 0');
  const folder = agentFolder();
  actAsOwner(folder.path);
  const identity = readIdentity(folder);
  if (identity === null) throw new UsageError('this machine is not enrolled yet');
  const plugins = await requirePackageManagers();
  const isComplete = await runAgent(
    { identity, folder, manager: joinManagers(plugins) },
    { once: values.once ?? false, refresh_seconds: refreshSeconds, key_days: keyDays, program: PROGRAM },
  );
  return isComplete ? 0 : 1;
}

async function applierCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { socket: { type: 'string' } } as const });
  const plugins = await requirePackageManagers();
  const folder = applierFolder();
  const journal = readJournal(folder.journal);
  for (const part of [folder.packages, folder.logs, folder.orders]) removeOldFiles(part, KEEP_DAYS, Date.now());
  const means = { folder, journal, changer: joinChangers(plugins, folder.path) };
  const socketPath = values.socket ?? applierSocketPath();
  await serveApplier(means, startOrderQueue(means), socketPath);
  log('applier listens', { socket: socketPath, version: AGENT_VERSION });
  return new Promise(() => {});
}

async function inventoryCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } as const });
  const plugins = await requirePackageManagers();
  const agent = { version: AGENT_VERSION, mode: 'observe' as const, root_version: null, root_digest: null };
  const folder = agentFolder().path;
  const stale_services = findStaleServices();
  actAsOwner(folder);
  const report = await startReporter(joinManagers(plugins), folder)({ agent, stale_services });
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(`${report.lines?.length ?? 'unknown'} packages, ${report.updates?.length ?? 'unknown'} updates`);
    for (const update of report.updates ?? []) {
      console.log(
        `${update.is_security ? 'security ' : '         '}${update.name} ${update.installed_version} → ${update.candidate_version} (${update.origin})`,
      );
    }
  }
  return 0;
}

async function doctorCommand(): Promise<number> {
  const findings = await diagnose(agentFolder());
  for (const finding of findings) console.log(`${finding.is_good ? 'ok  ' : 'BAD '} ${finding.text}`);
  return findings.every((finding) => finding.is_good) ? 0 : 1;
}

/** Makes the next key: the agent that runs sees it and goes on from there. */
function rotateKeyCommand(): number {
  const folder = agentFolder();
  actAsOwner(folder.path);
  if (readIdentity(folder) === null) throw new UsageError('this machine is not enrolled yet');
  const { id } = loadNextHostKey(folder);
  console.log(`At its next check-in this machine changes to the key ${id}.`);
  return 0;
}

function serviceCommand(args: string[]): number {
  const options = { folder: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [kind] = positionals;
  if (kind !== 'launchd' && kind !== 'windows') throw new UsageError('service takes launchd or windows');
  process.stdout.write(serviceDefinition(kind, values.folder ?? PROGRAM));
  return 0;
}

function trustCommand(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    options: { replace: { type: 'boolean' } } as const,
    allowPositionals: true,
  });
  const [digest] = positionals;
  if (digest === undefined) throw new UsageError('trust takes the digest of a root: sha256:…');
  pin(digest, values.replace ?? false);
  return 0;
}

const COMMANDS: Record<string, (args: string[]) => Promise<number> | number> = {
  enrol: enrolCommand,
  run: runCommandLine,
  applier: applierCommand,
  trust: trustCommand,
  inventory: inventoryCommand,
  doctor: doctorCommand,
  service: serviceCommand,
  'rotate-key': rotateKeyCommand,
  version: () => {
    console.log(`fleetmend-agent ${AGENT_VERSION} (protocol ${AGENT_PATHS.checkIn.split('/')[3]})`);
    return 0;
  },
};

const [name = '', ...rest] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined)
    throw new UsageError(
      name === '' || name === '--help' || name === 'help' ? USAGE : `${name} is not a command\n${USAGE}`,
    );
  process.exit(await command(rest));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
