import { type Connection, openConnection } from './connection.ts';

export interface Driven {
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  bytes_each: number;
  errors: number;
  seconds: number;
}

/**
 * Works off what hosts have to say with so many clients, each on one kept-open connection and one request at a time. A host
 * says one thing after the other, as a real one does: two at once would look like a copied key.
 * @param sayings what each host says, in order
 * @param send does one piece; false counts as an error.
 */
export async function drive<Piece>(
  url: string,
  sayings: readonly (readonly Piece[])[],
  clients: number,
  send: (connection: Connection, piece: Piece) => Promise<boolean>,
): Promise<Driven> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(url)));
  const times: number[] = [];
  const free = sayings.map((pieces) => [...pieces].reverse());
  const total = sayings.reduce((sum, pieces) => sum + pieces.length, 0);
  let errors = 0;
  const began = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let host = free.shift(); host !== undefined; host = free.shift()) {
        const piece = host.pop();
        if (piece === undefined) continue;
        const from = performance.now();
        if (!(await send(connection, piece))) errors++;
        times.push(performance.now() - from);
        free.push(host);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const bytes = connections.reduce((sum, connection) => sum + connection.bytes(), 0);
  for (const connection of connections) connection.close();
  times.sort((a, b) => a - b);
  return {
    per_second: total / seconds,
    p50_ms: times[Math.floor(times.length / 2)] ?? Number.NaN,
    p99_ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    bytes_each: bytes / total,
    errors,
    seconds,
  };
}
