import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Io } from './io.ts';
import { run } from './run.ts';

export interface Run {
  code: number;
  out: string;
  err: string;
}

export interface Terminal {
  env?: Record<string, string>;
  /** What stands on stdin; a terminal there means that a person types it. */
  stdin?: string | Buffer;
  isInTty?: boolean;
  isOutTty?: boolean;
  columns?: number;
  now?: Date;
  interrupted?: AbortSignal;
}

/** One run of the CLI in this process, on streams of its own. */
export async function runCli(args: readonly string[], terminal: Terminal = {}): Promise<Run> {
  const result = { code: -1, out: '', err: '' };
  const write = (stream: 'out' | 'err') => (text: string) => {
    result[stream] += text;
  };
  const stdin = Readable.from(terminal.stdin === undefined ? [] : [Buffer.from(terminal.stdin)]);
  const io: Io = {
    env: terminal.env ?? {},
    stdout: {
      write: write('out'),
      isTty: terminal.isOutTty ?? false,
      columns: terminal.columns ?? 120,
    },
    stderr: { write: write('err'), isTty: false, columns: 80 },
    stdin: Object.assign(stdin, { isTTY: terminal.isInTty ?? false }),
    now: () => terminal.now ?? new Date(),
    interrupted: terminal.interrupted ?? new AbortController().signal,
  };
  result.code = await run(args, io);
  return result;
}

/** A folder for one test file, and a way to remove it. */
export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'fleetmend-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
