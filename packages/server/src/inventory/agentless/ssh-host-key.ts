import { createHash } from 'node:crypto';

/** The kinds of host keys that are pinned, the best first, and what such a key may sign a connection with. */
const KINDS = [
  ['ssh-ed25519', 'ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521'],
  ['ssh-rsa', 'rsa-sha2-512,rsa-sha2-256'],
] as const;

const LINE = /^\S+ (ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) ([A-Za-z0-9+/]{40,4000}={0,2})$/;

/** The best key that `ssh-keyscan` has printed, as `type base64`; null when there is none of a kind we pin. */
export function bestHostKey(scanned: string): string | null {
  const keys = scanned.split('\n').flatMap((line) => {
    const [, type, encoded] = LINE.exec(line.trim()) ?? [];
    return type === undefined || encoded === undefined ? [] : [{ type, key: `${type} ${encoded}` }];
  });
  for (const [kind] of KINDS) {
    const found = keys.find(({ type }) => type === kind);
    if (found !== undefined) return found.key;
  }
  return null;
}

/** The fingerprint of a key (`type base64`) as `ssh-keygen -l` prints it: `SHA256:…`. */
export function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

/** What a host with this key may sign a connection with. */
export function signingAlgorithms(key: string): string {
  return KINDS.find(([kind]) => key.startsWith(`${kind} `))?.[1] ?? '';
}
