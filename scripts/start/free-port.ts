import { createServer } from 'node:net';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';
import type { Settings } from './settings.ts';

const TRIES = 100;

/** The port to listen on. @throws Refusal when the chosen one is taken, or no address of this machine has that name. */
export async function choosePort({ host, port, isPortChosen }: Settings): Promise<number> {
  for (let candidate = port; candidate < port + TRIES; candidate += 1) {
    const problem = await tryPort(host, candidate);
    if (problem === null) return candidate;
    if (problem === 'EADDRINUSE' && !isPortChosen) continue;
    throw new Refusal(explain(problem, host, candidate));
  }
  throw new Refusal(`The ports ${port} to ${port + TRIES - 1} are all taken; set FLEETMEND_PORT to a free one.`);
}

function explain(problem: string, host: string, port: number): string {
  if (problem === 'EADDRINUSE')
    return `Port ${port} is taken on ${host}; stop what uses it or set FLEETMEND_PORT to another.`;
  if (problem === 'EACCES')
    return `Port ${port} needs more rights than this user has; set FLEETMEND_PORT to one above 1023.`;
  return `FLEETMEND_HOST is ${host}, which is no address of this machine (${problem}).`;
}

/** @returns the error's code, or null when the port can be listened on. */
function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
