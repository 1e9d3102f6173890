import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
  const env = agentEnvironment(options.dataDir);
  mkdirSync(env.FLEETMEND_AGENT_STATE, { recursive: true, mode: 0o700 });
  const main = join(options.root, 'packages/agent/src/main.ts');
  const log = join(options.dataDir, 'agent.log');
  if (!existsSync(join(env.FLEETMEND_AGENT_STATE, 'identity.json'))) {
    const code = await options.server.enrolmentCode();
    const args = [main, 'enrol', '--server', options.server.url];
    await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env, FLEETMEND_ENROL_CODE: code } });
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
