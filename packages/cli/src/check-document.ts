import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseChangeDocument, parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { ChangeDocument } from '@fleetmend/domain/changes/change-document.ts';
import { CliError } from './cli-error.ts';

/** What the server hands over to be signed: a text, and what it says the text's SHA-256 is. */
export interface Offered {
  text: string;
  digest: string;
}

const UNTRUSTED = 'Do not sign. Ask an administrator whether the server can be trusted.';

/**
 * The change document inside the canonical text, which is all that a signature covers: nothing else of the server's
 * answer is believed.
 * @throws CliError when the text is not what it is said to be; then nothing may be signed.
 */
export function checkedChange(
  offered: Offered,
  expected: { id: string; organization: string | null; now: Date },
): ChangeDocument {
  checkDigest(offered);
  const document = parseChangeDocument(offered.text);
  if (document === null) throw refusal('the text to sign is not a change document in its one canonical form');
  if (document.change.toLowerCase() !== expected.id.toLowerCase()) {
    throw refusal(`the text to sign is ${document.change}, not ${expected.id}`);
  }
  checkOrganization(document.organization, expected.organization);
  const last = document.windows.reduce((latest, { until }) => Math.max(latest, Date.parse(until)), 0);
  if (last <= expected.now.getTime())
    throw new CliError('blocked', `${document.change} can no longer run: its last window is over`, {
      fix: 'Create a new change.',
    });
  return document;
}

/** The trust root inside the canonical text. @throws CliError when the text is not what it is said to be. */
export function checkedRoot(offered: Offered, expected: { version: number; organization: string | null }): TrustRoot {
  checkDigest(offered);
  const root = parseTrustRoot(offered.text);
  if (root === null) throw refusal('the text to sign is not a trust root in its one canonical form');
  if (root.version !== expected.version)
    throw refusal(`the text to sign is version ${root.version} of the root, not ${expected.version}`);
  checkOrganization(root.organization, expected.organization);
  return root;
}

/** SHA-256 of a text's UTF-8 bytes, as hexadecimal. */
export function digestOf(text: string): string {
  return toHex(nodeCryptography.sha256(text));
}

function checkDigest({ text, digest }: Offered): void {
  const own = digestOf(text);
  if (own !== digest) throw refusal(`the server says the digest is ${digest}, but its text has ${own}`);
}

/** The organisation that was met at sign-in; another one's document must not be slipped in. */
function checkOrganization(found: string, known: string | null): void {
  if (known !== null && found !== known)
    throw refusal(`the text to sign belongs to ${found}, and you signed in to ${known}`);
}

function refusal(what: string): CliError {
  return new CliError('error', `${what}; nothing was signed`, { fix: UNTRUSTED });
}
