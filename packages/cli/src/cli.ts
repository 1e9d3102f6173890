import { CliError } from './cli-error.ts';
import type { ExitName } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Options every command takes. */
export interface GlobalOptions {
  json?: boolean;
  color?: boolean;
  yes?: boolean;
  url?: string;
  debug?: boolean;
}

/** What a command is given: where it reads and writes, what was asked of every command, and how it ends. */
export interface Cli {
  io: Io;
  options(): GlobalOptions;
  /** How the run ends if nothing throws. */
  exit: ExitName;
}

const COLOURS = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, dim: 2, bold: 1 } as const;
export type Colour = keyof typeof COLOURS;

/** The text in a colour, where colour is wanted (https://no-color.org) and `stream` is a terminal. */
export function paint(cli: Cli, colour: Colour, text: string, stream: 'stdout' | 'stderr' = 'stdout'): string {
  const { env } = cli.io;
  const isWanted = cli.options().color !== false && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return isWanted && cli.io[stream].isTty ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** One line of progress or warning, on stderr. */
export function note(cli: Cli, text: string): void {
  cli.io.stderr.write(`${text}\n`);
}

/** Ends the wait after `milliseconds`; rejects at once when the person interrupts. */
export function pause(cli: Cli, milliseconds: number): Promise<void> {
  const { interrupted } = cli.io;
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new CliError('interrupted', 'interrupted'));
    };
    const timer = setTimeout(() => {
      interrupted.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true });
  });
}
