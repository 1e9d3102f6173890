import { createInterface } from 'node:readline';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

/** Longest thing anybody pastes: a token or a link. */
const MAX_SECRET = 4096;

/**
 * Makes sure that a person means it: `--yes`, or the word `yes` typed at the terminal.
 * @throws CliError (usage) when nobody can be asked, or the answer is another.
 */
export async function confirm(cli: Cli, question: string): Promise<void> {
  if (cli.options().yes === true) return;
  if (cli.io.stdin.isTTY !== true) {
    throw new CliError('usage', 'this needs a confirmation and there is no terminal to ask at', {
      fix: 'Add --yes once you have read it.',
    });
  }
  cli.io.stderr.write(`${question} Type yes to go on: `);
  const answer = await readLine(cli);
  if (answer.trim().toLowerCase() !== 'yes') throw new CliError('usage', 'not confirmed; nothing was done');
}

/** A secret from a pipe, or typed at the terminal without showing it; never from the command line, which others can read. */
export async function readSecret(cli: Cli, prompt: string): Promise<string> {
  const { stdin, stderr } = cli.io;
  if (stdin.isTTY !== true) return (await readAll(cli, MAX_SECRET)).toString('utf8').trim();
  stderr.write(prompt);
  stdin.setRawMode?.(true);
  try {
    return await readHidden(cli);
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

/** All of stdin. @throws CliError when it is longer than `max` bytes. */
export async function readAll(cli: Cli, max: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of cli.io.stdin) {
    parts.push(Buffer.from(part));
    length += part.length;
    if (length > max) throw new CliError('usage', `stdin holds more than ${max} bytes`);
  }
  return Buffer.concat(parts);
}

function readLine(cli: Cli): Promise<string> {
  const lines = createInterface({ input: cli.io.stdin, terminal: false });
  return new Promise((resolve, reject) => {
    cli.io.interrupted.addEventListener('abort', () => reject(new CliError('interrupted', 'interrupted')), {
      once: true,
    });
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  }).finally(() => lines.close()) as Promise<string>;
}

/** In raw mode the terminal shows nothing and hands every key over: Ctrl-C and Ctrl-D are ours to read. */
async function readHidden(cli: Cli): Promise<string> {
  let text = '';
  for await (const part of cli.io.stdin) {
    for (const key of String(part)) {
      if (key === '\u0003') throw new CliError('interrupted', 'interrupted');
      if (key === '\r' || key === '\n' || key === '\u0004') return text.trim();
      text = key === '\u007f' ? text.slice(0, -1) : text + key;
    }
    if (text.length > MAX_SECRET) throw new CliError('usage', 'this is too long to be a token or a link');
  }
  return text.trim();
}
