import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Supervised, supervise } from './supervise.ts';

export interface EnrolledMachine extends Supervised {
  /** One line for the person who started us. */
  says: string;
}

/**
 * Runs an agent on this machine that reports to our own server; as root also the applier, the one part that changes the
 * machine, which takes no word from the network and only orders that people have signed.
 */
export async function enrolThisMachine(options: {
  root: string;
  dataDir: string;
  server: { url: string };
}): Promise<EnrolledMachine> {
  const state = join(options.dataDir, 'agent');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const main = join(options.root, 'packages/agent/src/main.ts');
  const log = join(options.dataDir, 'agent.log');
  const isRoot = process.getuid?.() === 0;
  const env = { ...process.env };
  const programs = [
    supervise({ args: [main, 'run', '--state', state], env, log }),
    ...(isRoot ? [supervise({ args: [main, 'applier', '--state', state], env, log })] : []),
  ];
  return {
    says: isRoot
      ? 'this machine is enrolled; what people approve can be applied here'
      : 'this machine is enrolled; not being root, its agent observes and changes nothing',
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
    },
  };
}
