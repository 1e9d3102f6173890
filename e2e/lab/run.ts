import { spawn } from 'node:child_process';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** Runs a program to its end; what it returns is for the caller to judge. */
export function runToEnd(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a program that has to succeed. @returns its standard output. @throws Error with its last words. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const ran = await runToEnd(command, args, options);
  if (ran.code === 0) return ran.stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${ran.code}: ${(ran.stderr || ran.stdout).slice(-2000)}`);
}
