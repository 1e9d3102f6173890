import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerOptions } from '@fleetmend/server/start-server.ts';

export interface ServerProcess {
  url: string;
  port: number;
  signInLink: string;
  /** Ends it between two instructions, as kill -9 does, and starts it again on the same port and data. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));

/** Starts the real server as a process. */
export async function startServerProcess(
  options: Omit<ServerOptions, 'host' | 'port' | 'origin'> & { origin?: string },
): Promise<ServerProcess> {
  const port = await freePort();
  // `localhost`, because browsers allow passkeys on plain http there alone.
  const whole: ServerOptions = { origin: `http://localhost:${port}`, ...options, host: '127.0.0.1', port };
  let running = await spawnServer(whole);
  const { signInLink } = running;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    signInLink,
    async killAndRestart() {
      await end(running.child, 'SIGKILL');
      running = await spawnServer(whole);
    },
    stop: () => end(running.child, 'SIGTERM'),
  };
}

async function spawnServer(options: ServerOptions): Promise<{ child: ChildProcess; signInLink: string }> {
  const child = spawn(process.execPath, [SERVE], {
    env: { ...process.env, FLEETMEND_E2E_SERVER: JSON.stringify(options) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, signInLink: (JSON.parse(line) as { signInLink: string }).signInLink };
  }
  throw new Error(`the server ended before it was ready (exit code ${child.exitCode})`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
