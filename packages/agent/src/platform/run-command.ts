import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit code; null when a signal or the time limit ended it, or the program is not there. */
  code: number | null;
  stdout: Buffer;
  stderr: string;
  timed_out: boolean;
}

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  timeout_seconds?: number;
  /** Bytes of output kept; what comes after is dropped. */
  max_bytes?: number;
  input?: Buffer;
}

const KEPT_VARIABLES = [
  'HOME',
  'USER',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/** The environment programs run in: the same on every host, so that their output reads the same in every locale. */
export function commandEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
  };
  for (const name of KEPT_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
}

/**
 * Runs a program with an argument array, never through a shell. A failing or missing program is a result, not a throw:
 * the caller decides what an exit code means.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const limit = options.max_bytes ?? 256 * 1024 * 1024;
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: commandEnvironment(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let bytes = 0;
    let timedOut = false;
    const timer = setTimeout(
      () => {
        timedOut = true;
        child.kill('SIGKILL');
      },
      (options.timeout_seconds ?? 300) * 1000,
    );
    const keep = (list: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) list.push(chunk);
    };
    child.stdout.on('data', keep(output));
    child.stderr.on('data', keep(errors));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    const finish = (code: number | null, failure: string) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(errors).toString('utf8') + failure;
      resolve({ code, stdout: Buffer.concat(output), stderr, timed_out: timedOut });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code, ''));
  });
}
