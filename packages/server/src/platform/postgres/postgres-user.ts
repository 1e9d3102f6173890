import { readFileSync, statSync } from 'node:fs';
import { Refusal } from './refusal.ts';

export interface User {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as somebody else: the owner of the data if there is any, else
 * `postgres`, else `nobody`. @returns null for an ordinary user, who runs it as themselves.
 * @throws Refusal when there is nobody to run it as, since PostgreSQL looks its own user up by name.
 */
export function choosePostgresUser(dataFolder: string): User | null {
  if (process.getuid?.() !== 0) return null;
  const users = readUsers();
  const owner = ownerOf(dataFolder);
  if (owner !== null && owner !== 0) {
    const user = users.find((one) => one.uid === owner);
    if (user === undefined)
      throw new Refusal(`The database in ${dataFolder} belongs to user ${owner}, whom this machine does not know.`);
    return user;
  }
  const user = users.find((one) => one.name === 'postgres') ?? users.find((one) => one.name === 'nobody');
  if (user === undefined)
    throw new Refusal('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.');
  return user;
}

function readUsers(): User[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function ownerOf(folder: string): number | null {
  return statSync(folder, { throwIfNoEntry: false })?.uid ?? null;
}

/**
 * The command run as that user, ended by the kernel with SIGINT (PostgreSQL's fast, clean shutdown) when we end,
 * however that happens.
 */
export function boundCommand(user: User | null, command: string[]): [string, string[]] {
  const drop = user === null ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return ['setpriv', [...drop, '--no-new-privs', '--pdeathsig=INT', '--', ...command]];
}
