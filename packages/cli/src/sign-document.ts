import { readFileSync } from 'node:fs';
import { signWithEd25519, signWithSsh } from '@fleetmend/api/make-signature.ts';
import type { Signature, SignaturePurpose } from '@fleetmend/domain/access/trust-root.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

const LARGEST_KEY_FILE = 64_000;
const HOW = 'Give --key, as --key ~/.ssh/id_ed25519 (its .pub file to use the SSH agent), or set FLEETMEND_KEY.';

/**
 * Signs a canonical document with the key in a file: an OpenSSH key (through ssh-keygen, which asks for a passphrase or
 * the agent) or an Ed25519 key in PEM.
 * @throws CliError when there is no such key or it does not sign.
 */
export async function signDocument(
  cli: Cli,
  key: string | undefined,
  signing: { purpose: SignaturePurpose; document: string },
): Promise<Signature> {
  const path = keyPath(cli, key);
  const text = readKeyFile(path);
  try {
    if (isSshKey(text)) return await signWithSsh({ keyPath: path, ...signing });
    if (text.includes('BEGIN PRIVATE KEY')) return signWithEd25519(text, signing.purpose, signing.document);
  } catch (error) {
    throw new CliError('error', `${path} did not sign: ${(error as Error).message}`, { cause: error });
  }
  throw new CliError(
    'usage',
    `${path} is neither an OpenSSH key nor an Ed25519 private key in PEM without a passphrase`,
    { fix: HOW },
  );
}

/** Where the key is: --key, else FLEETMEND_KEY. Nothing is searched for: signing is meant. */
export function keyPath(cli: Cli, key: string | undefined): string {
  const path = key ?? cli.io.env['FLEETMEND_KEY'] ?? '';
  if (path === '') throw new CliError('usage', 'with which key?', { fix: HOW });
  return path;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path).subarray(0, LARGEST_KEY_FILE).toString('utf8');
  } catch (error) {
    throw new CliError('usage', `the key cannot be read: ${(error as Error).message}`, { fix: HOW });
  }
}

function isSshKey(text: string): boolean {
  return text.includes('BEGIN OPENSSH PRIVATE KEY') || /^(sk-)?ssh-/.test(text.trimStart());
}
