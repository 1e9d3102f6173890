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
 * Works off a list with so many clients, each on one kept-open connection and one request at a time.
 * @param send does one piece; false counts as an error.
 */
export async function drive<Piece>(
  url: string,
  pieces: readonly Piece[],
  clients: number,
  send: (connection: Connection, piece: Piece) => Promise<boolean>,
): Promise<Driven> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(url)));
  const times: number[] = [];
  let at = 0;
  let errors = 0;
  const began = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let piece = pieces[at++]; piece !== undefined; piece = pieces[at++]) {
        const from = performance.now();
        if (!(await send(connection, piece))) errors++;
        times.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const bytes = connections.reduce((sum, connection) => sum + connection.bytes(), 0);
  for (const connection of connections) connection.close();
  times.sort((a, b) => a - b);
  return {
    per_second: pieces.length / seconds,
    p50_ms: times[Math.floor(times.length / 2)] ?? Number.NaN,
    p99_ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    bytes_each: bytes / pieces.length,
    errors,
    seconds,
  };
}
