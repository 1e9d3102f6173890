import { signature as signatureSchema } from '@fleetmend/api/access.ts';
import { sshPublicKey } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { SIGNATURE_FAULTS, verifySignature } from '@fleetmend/domain/access/verify-signature.ts';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import { readSmallFile } from './small-file.ts';

const KEYS_BYTES = 256 * 1024;

/**
 * Checks that one of the keys in a file (OpenSSH public keys, one a line) has signed a bundle's manifest.
 * @returns what stands beside that key. @throws FeedRefused; FeedUnreachable when the keys cannot be read
 */
export async function verifyBundle(manifest: string, signature: string | null, keysPath: string): Promise<string> {
  if (signature === null) throw new FeedRefused(`It is not signed, and ${keysPath} asks for a signature.`);
  const read = signatureSchema.safeParse(parseJson(signature));
  if (!read.success) throw new FeedRefused('Its signature is in no form that is known here.');
  const signer = (await readKeys(keysPath)).find(({ key }) => key.id === read.data.key);
  if (signer === undefined) throw new FeedRefused(`It is signed by none of the keys in ${keysPath}.`);
  const claim = { signature: read.data, key: signer.key, purpose: SIGNATURE_PURPOSES.feeds, document: manifest };
  const fault = verifySignature(claim, nodeCryptography);
  if (fault !== null) throw new FeedRefused(`Its signature does not count: ${SIGNATURE_FAULTS[fault]}`);
  return signer.comment;
}

async function readKeys(path: string) {
  const text = await readSmallFile(path, KEYS_BYTES).catch((error: unknown) => {
    throw new FeedUnreachable(`The keys in ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  });
  const lines = text.split('\n').filter((line) => /^\s*[^\s#]/.test(line));
  return lines.map((line) => {
    const key = sshPublicKey(line);
    if (key === null) throw new FeedUnreachable(`A line of ${path} is no OpenSSH public key of Ed25519.`);
    return { key, comment: line.trim().split(/\s+/).slice(2).join(' ') || key.id };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
