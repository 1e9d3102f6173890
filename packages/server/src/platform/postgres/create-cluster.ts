import { spawn } from 'node:child_process';
import { chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { boundCommand, type User } from './postgres-user.ts';
import { Refusal } from './refusal.ts';

/** Reaches the folder through our open handle, where the user could not walk the path to it (below /root, say). */
export const THROUGH_HANDLE = '/proc/self/fd/3';

/** PostgreSQL sees nothing of our environment: its own variables would change what it does. */
export const POSTGRES_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes a new, empty database cluster in the folder: whole, or not at all. @throws Refusal with what initdb said. */
export async function createCluster(binFolder: string, folder: string, user: User | null): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== null) await chown(unfinished, user.uid, user.gid);
  await initdb(binFolder, unfinished, user);
  await onlyOurselves(unfinished, user);
  await rename(unfinished, folder);
  await flush(dirname(folder));
}

async function initdb(binFolder: string, folder: string, user: User | null): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    const options = [
      '-U',
      'fleetmend',
      '-E',
      'UTF8',
      '--locale=C',
      '--auth=peer',
      '--data-checksums',
      '--no-instructions',
    ];
    const [command, args] = boundCommand(user, [join(binFolder, 'initdb'), '-D', THROUGH_HANDLE, ...options]);
    const child = spawn(command, args, { cwd: '/', env: POSTGRES_ENV, stdio: ['ignore', 'ignore', 'pipe', handle.fd] });
    const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
    const code = await ended;
    if (code !== 0) throw new Refusal(`PostgreSQL could not make a database in ${dirname(folder)}: ${said.trim()}`);
  } finally {
    await handle.close();
  }
}

/** Who may connect: the user it runs as and whoever started it, known by the kernel through the socket. No passwords. */
async function onlyOurselves(folder: string, user: User | null): Promise<void> {
  const names = new Set(['root', userInfo().username, ...(user === null ? [] : [user.name])]);
  await writeFile(join(folder, 'pg_hba.conf'), 'local all fleetmend peer map=fleetmend\n');
  await writeFile(join(folder, 'pg_ident.conf'), [...names].map((name) => `fleetmend "${name}" fleetmend\n`).join(''));
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
