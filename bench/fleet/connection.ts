import { connect, type Socket } from 'node:net';
import type { HostReply } from '@fleetmend/api/host-client.ts';

export interface Sent {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** One HTTP connection that is kept open, and counts every byte that crosses it. */
export interface Connection {
  /** Sends what the agent's node:http would send. One request at a time. */
  post(request: Sent): Promise<HostReply>;
  bytes(): number;
  close(): void;
}

let opened = 0;
const HEAD_END = Buffer.from('\r\n\r\n');

/** Connects to a server on this machine; many connections come from many of its addresses, since each has only so many ports. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    localAddress: `127.0.0.${2 + (opened++ % 200)}`,
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let bytes = 0;
  let held: Buffer = Buffer.alloc(0);
  let waiting: { resolve(reply: HostReply): void; reject(error: Error): void } | null = null;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const reply = readReply(held);
    if (reply === null) return;
    held = held.subarray(reply.length);
    const { resolve } = waiting ?? {};
    waiting = null;
    resolve?.(reply.reply);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  return {
    post({ path, headers, body }) {
      const lines = Object.entries({ ...headers, 'content-length': String(body.length) });
      const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Host: ${host}\r\nConnection: keep-alive\r\n\r\n`;
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        bytes += head.length + body.length;
        write(socket, head, body);
      });
    },
    bytes: () => bytes,
    close: () => socket.destroy(),
  };
}

function write(socket: Socket, head: string, body: Uint8Array): void {
  if (body.length === 0) socket.write(head, 'latin1');
  else socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
}

/** A whole answer at the beginning of what has come, or null. */
function readReply(held: Buffer): { reply: HostReply; length: number } | null {
  const end = held.indexOf(HEAD_END);
  if (end < 0) return null;
  const [first = '', ...lines] = held.toString('latin1', 0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
  }
  const size = Number(headers['content-length'] ?? 0);
  const length = end + HEAD_END.length + size;
  if (held.length < length) return null;
  const body = held.subarray(end + HEAD_END.length, length);
  return { reply: { status: Number(first.split(' ')[1]), headers, body }, length };
}
