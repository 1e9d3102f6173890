import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** False when vitest itself ended badly, such as on a file that does not load. */
  isSound: boolean;
}

export const nothing: Counts = { passed: 0, failed: 0, skipped: 0, isSound: true };

/** Both runs together. */
export function add(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    isSound: one.isSound && other.isSound,
  };
}

/** What vitest's JSON report and its exit code say. A bad end with no failed test (a file that does not load) counts as one failure. */
export function countsOf(report: string | null, exitCode: number | null): Counts {
  const said = report === null ? {} : JSON.parse(report);
  const failed = Number(said.numFailedTests ?? 0);
  return {
    passed: Number(said.numPassedTests ?? 0),
    failed: exitCode === 0 ? failed : Math.max(failed, 1),
    skipped: Number(said.numPendingTests ?? 0) + Number(said.numTodoTests ?? 0),
    isSound: exitCode === 0 && report !== null,
  };
}

/** Runs vitest with these arguments, showing what it says. */
export async function runVitest(args: string[], reports: string): Promise<Counts> {
  const report = join(reports, `${randomUUID()}.json`);
  const options = ['--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...options, ...args], {
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, forward);
  return countsOf(readReport(report), code);
}

function readReport(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
