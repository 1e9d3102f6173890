import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer as createDoor } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { mustRun } from './run.ts';

/** What stands before a server to make its http https, as a company's proxy does, with a certificate of its own authority. */
export interface TlsFront {
  /** The authority's certificate, PEM. */
  authority: string;
  /** Where it takes connections, on this machine's loopback and as a Unix socket. */
  port: number;
  socketPath: string;
  close(): Promise<void>;
}

/** Terminates TLS for `name` and hands the bytes to a port of this machine's loopback. */
export async function startTlsFront(name: string, serverPort: number): Promise<TlsFront> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-tls-'));
  const at = (file: string) => join(folder, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-x509'];
  await mustRun('openssl', [
    'req',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
    '-subj',
    '/CN=Lab authority',
  ]);
  const issuer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-addext', `subjectAltName=DNS:${name}`];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', at('key'), '-out', at('crt')];
  await mustRun('openssl', ['req', ...key, ...issuer, ...leaf, '-subj', `/CN=${name}`]);
  const authority = readFileSync(at('ca.crt'), 'utf8');
  const server = createServer({ key: readFileSync(at('key')), cert: readFileSync(at('crt')) }, (caller) => {
    const there = connect(serverPort, '127.0.0.1');
    caller.pipe(there).pipe(caller);
    for (const [end, other] of [
      [caller, there],
      [there, caller],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // The lab's network has no way to this machine's loopback, and files are shared.
  const door = createDoor((caller) => server.emit('connection', caller)).listen(at('front.sock'));
  await once(door, 'listening');
  return {
    authority,
    port,
    socketPath: at('front.sock'),
    async close() {
      server.close();
      door.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
