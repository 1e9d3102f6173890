import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { agentFolder } from '@fleetmend/agent/networked/agent-folder.ts';
import { readIdentity, writeIdentity } from '@fleetmend/agent/networked/identity.ts';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';
import { agentEnvironment } from './agent-environment.ts';
import { type Supervised, supervise } from './supervise.ts';

export interface EnrolledMachine extends Supervised {
  /** One line for the person who started us. */
  says: string;
}

/**
 * Runs an agent on this machine that reports to our own server; as root also the applier, the one part that changes the
 * machine, which takes no word from the network and only orders that people have signed. A machine without apt goes
 * without an agent: the server serves the others.
 */
export async function enrolThisMachine(options: {
  root: string;
  dataDir: string;
  server: { url: string; enrolmentCode(): Promise<string> };
}): Promise<EnrolledMachine> {
  if (!existsSync('/usr/bin/apt-get')) {
    return {
      says: 'this machine has no package manager the agent knows (apt); other machines can be enrolled',
      stop: async () => undefined,
    };
  }
  const server = ownAddress(options.server.url);
  if (server === null) {
    return {
      says: 'this machine is not enrolled: its agent reaches a server without TLS only at 127.0.0.1',
      stop: async () => undefined,
    };
  }
  const env = agentEnvironment(options.dataDir);
  mkdirSync(env.FLEETMEND_AGENT_STATE, { recursive: true, mode: 0o700 });
  const main = join(options.root, 'packages/agent/src/main.ts');
  const log = join(options.dataDir, 'agent.log');
  const folder = agentFolder(env.FLEETMEND_AGENT_STATE);
  const identity = readIdentity(folder);
  if (identity === null) {
    const code = await options.server.enrolmentCode();
    await enrol([main, 'enrol', '--server', server], { ...process.env, ...env, FLEETMEND_ENROL_CODE: code });
  } else if (identity.server !== server) {
    // The port may be another one today; the machine stays who it is.
    writeIdentity(folder, { ...identity, server });
  }
  const isRoot = process.getuid?.() === 0;
  const program = (...args: string[]) => supervise({ args: [main, ...args], env: { ...process.env, ...env }, log });
  const programs = [program('run'), ...(isRoot ? [program('applier')] : [])];
  return {
    says: isRoot
      ? 'this machine is enrolled; it observes until you pin a trust root on it (Settings says how)'
      : 'this machine is enrolled; not being root, its agent observes and changes nothing',
    async stop() {
      await Promise.all(programs.map((each) => each.stop()));
    },
  };
}

/** Where the agent reaches a server on this machine: at the loopback address, or null when it does not listen there. */
function ownAddress(listening: string): string | null {
  const url = new URL(listening);
  if (['0.0.0.0', '[::]'].includes(url.hostname)) url.hostname = '127.0.0.1';
  return /^(127\.|localhost$|\[::1\]$)/.test(url.hostname) ? url.origin : null;
}

/** @throws Refusal with the agent's own words. */
async function enrol(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, { env });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Refusal(`This machine could not be enrolled: ${said}`, { cause: error });
  }
}
