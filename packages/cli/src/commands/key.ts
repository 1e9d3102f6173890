import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readAll } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { printJson, printLine, printTable } from '../print.ts';
import { visibleText } from '../visible-text.ts';

const LARGEST_KEY = 4000;

export function register(program: Command, cli: Cli): void {
  const key = program.command('key').description('your keys for approving');
  key
    .command('list')
    .description('your keys, and whether hosts believe them')
    .action(() => list(cli));
  key
    .command('add <file>')
    .description('register an OpenSSH or PEM Ed25519 public key; - is stdin')
    .option('--name <name>', 'what people call it')
    .action((file: string, options: { name?: string }) => add(cli, file, options));
}

async function list(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const { person } = await call('readSession', {});
  if (cli.options().json === true) return printJson(cli, person.keys);
  if (person.keys.length === 0) return note(cli, 'You have no key. Add one: fleetmend key add ~/.ssh/id_ed25519.pub');
  printTable(cli, person.keys, [
    { title: 'NAME', value: (row) => row.name },
    { title: 'KIND', value: (row) => row.kind },
    { title: 'IN ROOT', value: (row) => row.in_root },
    { title: 'ADDED', isExtra: true, value: (row) => ({ instant: row.created_at }) },
    { title: 'ID', isExtra: true, value: (row) => row.id },
  ]);
}

async function add(cli: Cli, file: string, options: { name?: string }): Promise<void> {
  const text = (file === '-' ? (await readAll(cli, LARGEST_KEY)).toString('utf8') : readKey(file)).trim();
  if (/PRIVATE KEY/.test(text)) {
    throw new CliError('usage', 'this is a private key: it must not leave this machine; nothing was sent', {
      fix: `Give the public one, as ${file}.pub`,
    });
  }
  const { pemPublicKey, sshPublicKey } = await import('@fleetmend/api/make-signature.ts');
  if (sshPublicKey(text) === null && pemPublicKey(text) === null) {
    throw new CliError('usage', `${file} is neither an OpenSSH nor a PEM Ed25519 public key`, {
      fix: 'Make one with: ssh-keygen -t ed25519',
    });
  }
  const call = await openClient(cli);
  const name = options.name ?? (/^\S+ \S+ (.+)$/.exec(text)?.[1] ?? 'key').slice(0, 100);
  const key = await call('registerPublicKey', { body: { name, public_key: text } });
  if (cli.options().json === true) return printJson(cli, key);
  printLine(cli, `${visibleText(key.name)} is registered (${visibleText(key.id)}).`);
  if (!key.in_root) note(cli, 'Hosts believe it once the next trust root is signed: fleetmend root show');
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 64_000);
  } catch (error) {
    throw new CliError('usage', `the key cannot be read: ${(error as Error).message}`);
  }
}
