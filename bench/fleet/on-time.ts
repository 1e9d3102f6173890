import type { Connection } from './connection.ts';
import { openConnection } from './connection.ts';

/** A piece of work and the second, from the start, at which it is due. */
export interface Due<Piece> {
  piece: Piece;
  at: number;
}

const TICK_MILLISECONDS = 2;

/**
 * Does each piece when it is due, over so many kept-open connections, however slow the answers are. The time of each is
 * from when it was due until it was answered, so that a server that stalls is not spared what would have come meanwhile.
 * @returns milliseconds; `late` is how much of it a piece waited on this side, where the simulated machines compete for the
 * same processors as the server.
 */
export async function sendOnTime<Piece>(
  url: string,
  due: readonly Due<Piece>[],
  connections: number,
  send: (connection: Connection, piece: Piece) => Promise<void>,
): Promise<{ times: number[]; late: number[] }> {
  const free = await Promise.all(Array.from({ length: connections }, () => openConnection(url)));
  const all = [...free];
  const times: number[] = [];
  const late: number[] = [];
  const began = performance.now();
  let next = 0;
  await new Promise<void>((resolve, reject) => {
    const isDue = (each: Due<Piece> | undefined) =>
      each !== undefined && each.at * 1000 <= performance.now() - began ? each : null;
    const pump = () => {
      for (let each = isDue(due[next]); each !== null && free.length > 0; each = isDue(due[next])) {
        const connection = free.pop();
        if (connection === undefined) return;
        next++;
        const { piece, at } = each;
        late.push(performance.now() - began - at * 1000);
        send(connection, piece).then(
          () => {
            times.push(performance.now() - began - at * 1000);
            free.push(connection);
            if (times.length === due.length) end(resolve);
          },
          (error: unknown) => end(() => reject(error)),
        );
      }
    };
    const timer = setInterval(pump, TICK_MILLISECONDS);
    const end = (settle: () => void) => {
      clearInterval(timer);
      settle();
    };
    if (due.length === 0) end(resolve);
  });
  for (const connection of all) connection.close();
  return { times, late };
}
