import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = '/usr/sbin/sshd';

/** Whether a real sshd can be run here. */
export const hasSshd = existsSync(SSHD);

/** A real sshd on loopback with keys made for it; it lets in whoever the authority has signed for. */
export interface TestSshd {
  port: number;
  user: string;
  fingerprint: string;
  /** What it has logged so far. */
  log(): Promise<string>;
  /** The authority it trusts from now on, as a line of a public key. */
  trust(authority: string): Promise<void>;
  /** Ends every login that is open, as a restart of the machine would. */
  endLogins(): void;
  /** Ends it and its logins, and starts it on the same port, with a new host key if asked. */
  restart(options?: { newKey?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** @param extra lines of its configuration, before all others. */
export async function startTestSshd(extra: readonly string[] = []): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetmend-sshd-'));
  const at = (name: string) => join(folder, name);
  const port = await freePort();
  const makeKey = async () => {
    await rm(at('host_key'), { force: true });
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('host_key')]);
  };
  await makeKey();
  await writeFile(at('authority'), '');
  await writeFile(at('log'), '');
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const config = [
    ...extra,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host_key')}`,
    'PidFile none',
    `TrustedUserCAKeys ${at('authority')}`,
    'AuthorizedKeysFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 200',
    'LogLevel VERBOSE',
    // The profile of whoever runs the tests is none of theirs.
    `SetEnv HOME=${folder}`,
    '',
  ];
  await writeFile(at('config'), config.join('\n'));
  let child: ChildProcess | null = null;
  const start = async () => {
    child = spawn(SSHD, ['-D', '-f', at('config'), '-E', at('log')], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 200) throw new Error(`sshd does not start: ${await readFile(at('log'), 'utf8')}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const stop = async () => {
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  await start();
  const sshd: TestSshd = {
    port,
    user: userInfo().username,
    fingerprint: fingerprint(at('host_key.pub')),
    log: () => readFile(at('log'), 'utf8'),
    trust: (authority) => writeFile(at('authority'), `${authority}\n`),
    endLogins() {
      for (const pid of childrenOf(child?.pid ?? 0)) endIfThere(pid);
    },
    async restart({ newKey = false } = {}) {
      sshd.endLogins();
      await stop();
      if (newKey) await makeKey();
      sshd.fingerprint = fingerprint(at('host_key.pub'));
      await start();
    },
    async close() {
      sshd.endLogins();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return sshd;
}

function fingerprint(publicKeyFile: string): string {
  return spawnSync('ssh-keygen', ['-l', '-f', publicKeyFile], { encoding: 'utf8' }).stdout.split(' ')[1] ?? '';
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parent);
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended by itself meanwhile.
  }
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.end(() => resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
