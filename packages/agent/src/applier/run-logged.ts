import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readTextIfThere } from '../platform/durable-file.ts';
import { commandEnvironment } from '../platform/run-command.ts';

/** Clock ticks after boot at which a process began (proc_pid_stat(5), field 22): with its id, its name for ever. */
export function processStart(pid: number): string | null {
  const stat = readTextIfThere(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}

export interface LoggedRun {
  command: string;
  args: string[];
  log: string;
  onStart: (pid: number, start: string) => void;
}

const QUIET = { APT_LISTCHANGES_FRONTEND: 'none', UCF_FORCE_CONFFOLD: '1', NEEDRESTART_SUSPEND: '1' };

/**
 * Runs a program in a session of its own with its output in a file, so that it lives on when the applier is killed:
 * dpkg half way is worse than dpkg without an audience.
 * @returns the exit code; null when a signal ended it or it could not start.
 */
export function runLogged({ command, args, log, onStart }: LoggedRun): Promise<number | null> {
  const output = openSync(log, 'a', 0o600);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      detached: true,
      env: commandEnvironment(QUIET),
      cwd: '/',
    });
    closeSync(output);
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code));
    if (child.pid !== undefined) onStart(child.pid, processStart(child.pid) ?? '');
  });
}
