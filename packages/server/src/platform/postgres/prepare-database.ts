import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** PostgreSQL's own word for "starting up or recovering", and what a socket says before it is there. */
const NOT_YET = new Set(['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET']);

/** Waits until the server takes connections (recovery may take its time) and makes our database. @returns the server's version. */
export async function prepareDatabase(url: string, ended: Promise<void>): Promise<string> {
  let isRunning = true;
  const stop = () => {
    isRunning = false;
  };
  ended.then(stop, stop);
  const administration = new URL(url);
  administration.pathname = '/postgres';
  for (;;) {
    try {
      return await createOnce(administration.href);
    } catch (error) {
      if (!isRunning || !(error instanceof Error && 'code' in error && NOT_YET.has(String(error.code)))) throw error;
      await sleep(20);
    }
  }
}

async function createOnce(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, application_name: 'fleetmend-start' });
  // The server may go away between two statements; the statement itself reports it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const has = await client.query("SELECT 1 FROM pg_database WHERE datname = 'fleetmend'");
    if (has.rowCount === 0) await client.query('CREATE DATABASE fleetmend');
    const answer = await client.query<{ server_version: string }>('SHOW server_version');
    return answer.rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}
