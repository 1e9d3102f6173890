/** Where a run of the CLI reads and writes: the process's own streams, or a test's. */
export interface Io {
  env: Record<string, string | undefined>;
  /** Data goes here and nothing else does. */
  stdout: Output;
  /** Progress, prompts, warnings and errors. */
  stderr: Output;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  now(): Date;
  /** Aborted by Ctrl-C or a polite kill. */
  interrupted: AbortSignal;
}

export interface Output {
  write(text: string): void;
  isTty: boolean;
  columns: number;
}

/** The process's own streams. */
export function processIo(interrupted: AbortSignal): Io {
  const { stdout, stderr } = process;
  return {
    env: process.env,
    stdout: { write: (text) => void stdout.write(text), isTty: stdout.isTTY === true, columns: stdout.columns ?? 80 },
    stderr: { write: (text) => void stderr.write(text), isTty: stderr.isTTY === true, columns: stderr.columns ?? 80 },
    stdin: process.stdin,
    now: () => new Date(),
    interrupted,
  };
}
