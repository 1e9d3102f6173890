import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = join(import.meta.dirname, '..', '..');
const LONGEST_START = 120_000;

export interface Start {
  child: ChildProcess;
  /** What it has written so far, to stdout and stderr, as a person sees it. */
  said(): string;
  /** Resolves with the exit code; null after a signal. */
  ended: Promise<number | null>;
}

/** Runs `command` with only these variables beside PATH and HOME, in a process group of its own. */
export function run(command: string[], env: Record<string, string>): Start {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, said: () => said, ended };
}

/** `npm start` without npm's own words. */
export function runStart(env: Record<string, string>, through: string[] = []): Start {
  return run([...through, process.execPath, 'scripts/run.mjs', 'scripts/start.ts'], env);
}

/** The sign-in link, once it is printed. @throws with all that was said when it ends first. */
export async function signInLink(start: Start): Promise<string> {
  const until = Date.now() + LONGEST_START;
  for (;;) {
    const link = /^ {2}(http\S+)$/m.exec(start.said())?.[1];
    if (link !== undefined && start.said().includes('Stop with Ctrl-C')) return link;
    if (start.child.exitCode !== null || start.child.signalCode !== null || Date.now() > until) {
      throw new Error(`no link was printed:\n${start.said()}`);
    }
    await sleep(50);
  }
}

/** Processes that belong to this data folder: by their command, their environment or where they stand. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => isOf(pid, folder))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function isOf(pid: string, folder: string): boolean {
  if (/^State:\s+Z/m.test(read(`/proc/${pid}/status`))) return false;
  return [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`), folderOf(pid)].some((text) =>
    text.includes(folder),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

export interface TakenPort {
  port: number;
  free(): Promise<void>;
}

/** Listens on a port of 127.0.0.1; 0 takes any free one. */
export function takePort(port = 0): Promise<TakenPort> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ port: taken, free: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
