import { createServer, type Socket } from 'node:net';
import { concatBytes, equalBytes } from '@fleetmend/domain/access/bytes.ts';
import { readStrings, sshString } from '@fleetmend/domain/access/read-sshsig.ts';
import { type SshLogin, signSsh } from './ssh-certificate.ts';

/** Message numbers of the SSH agent protocol (draft-ietf-sshm-ssh-agent). */
const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const MAX_MESSAGE = 64 * 1024;

/**
 * Answers OpenSSH's client as its key agent, on a socket in a folder of ours: so the private key of a login is never
 * written anywhere. @returns what closes it
 */
export async function serveSshKey(path: string, login: SshLogin): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let length = lengthOf(received); length !== null; length = lengthOf(received)) {
        if (length > MAX_MESSAGE) return socket.destroy();
        if (received.length < 4 + length) return;
        socket.write(sshString(answer(received.subarray(4, 4 + length), login)));
        received = received.subarray(4 + length);
      }
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function lengthOf(received: Buffer): number | null {
  return received.length < 4 ? null : received.readUInt32BE();
}

function answer(message: Buffer, { certificate, privateKey }: SshLogin): Uint8Array {
  if (message[0] === REQUEST_IDENTITIES)
    return concatBytes(
      Buffer.of(IDENTITIES_ANSWER, 0, 0, 0, 1),
      sshString(certificate),
      sshString(Buffer.from('fleetmend')),
    );
  // Behind the two strings stand 32 bits of flags, which mean nothing for this kind of key.
  const asked = message[0] === SIGN_REQUEST ? readStrings(message.subarray(1, -4), 2) : null;
  if (asked === null || !equalBytes(asked[0], certificate)) return Buffer.of(FAILURE);
  return concatBytes(Buffer.of(SIGN_RESPONSE), sshString(signSsh(privateKey, asked[1])));
}
