import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  /** The Node program and its arguments. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Where its output goes. */
  log: string;
}

export interface Supervised {
  stop(): Promise<void>;
}

const RESTART_AFTER_MILLISECONDS = 1000;

/** Keeps a Node program running, in a session of its own so that Ctrl-C reaches it only through us, until `stop`. It ends when we do, even killed. */
export function supervise(program: Program): Supervised {
  let isStopping = false;
  let child: ChildProcess | null = null;

  async function keepRunning(): Promise<void> {
    while (!isStopping) {
      child = launch(program);
      await ended(child);
      if (!isStopping) await sleep(RESTART_AFTER_MILLISECONDS);
    }
  }
  const finished = keepRunning();
  return {
    async stop() {
      isStopping = true;
      child?.kill('SIGTERM');
      const force = setTimeout(() => child?.kill('SIGKILL'), 6000);
      await finished;
      clearTimeout(force);
    },
  };
}

function launch({ args, env, log }: Program): ChildProcess {
  const output = openSync(log, 'a', 0o600);
  try {
    return spawn('setpriv', ['--pdeathsig=TERM', '--', process.execPath, ...args], {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', output, output],
    });
  } finally {
    closeSync(output);
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.on('exit', () => resolve()).on('error', () => resolve()));
}
