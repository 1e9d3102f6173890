import { readFileSync } from 'node:fs';
import { readAll } from './ask.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

const LARGEST_FILE = 100_000;

/** The text of a YAML file; `-` is stdin. @throws CliError when it cannot be read; `what` names it. */
export async function readYamlFile(cli: Cli, file: string, what: string): Promise<string> {
  if (file === '-') return (await readAll(cli, LARGEST_FILE)).toString('utf8');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('usage', `the ${what} cannot be read: ${(error as Error).message}`);
  }
}
