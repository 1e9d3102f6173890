import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { READER_MARK } from '@fleetmend/domain/inventory/agentless/reader-script.ts';
import { problemInWords, type SshProblem } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import type { SshLogin } from './ssh-certificate.ts';
import { signingAlgorithms } from './ssh-host-key.ts';
import { serveSshKey } from './ssh-key-agent.ts';

/** Where a machine is, who logs in there, and the host key (`type base64`) that somebody has confirmed. */
export interface SshTarget {
  address: string;
  port: number;
  user_name: string;
  host_key: string;
}

/** What a machine answers: it is as the digest says, or all of it. */
export type SshReply = { kind: 'same' } | { kind: 'new'; digest: string; text: string };

/** A login that is kept, with the reader running at its other end. */
export interface SshConnection {
  isOpen(): boolean;
  /** @throws SshFailure; the connection is closed then. */
  ask(known: string | null): Promise<SshReply>;
  close(): void;
}

/** Why a machine could not be read; `detail` is what the other end said of it, bounded. */
export class SshFailure extends Error {
  readonly problem: SshProblem;
  readonly detail: string;
  constructor(problem: SshProblem, detail: string) {
    super(`${problem}: ${detail}`);
    this.problem = problem;
    this.detail = detail;
  }
}

export interface SshLimits {
  /** Of one answer, packed, as it comes over the wire. */
  bytes: number;
  unpacked_bytes: number;
  milliseconds: number;
}

/** 20,000 packages are some 2 MB, packed a fifth of it. */
export const SSH_LIMITS: SshLimits = { bytes: 8 * 2 ** 20, unpacked_bytes: 32 * 2 ** 20, milliseconds: 60_000 };
const CONNECT_SECONDS = 10;
const MAX_STDERR = 8192;
const HEAD = new RegExp(`^${READER_MARK} (?:(same|new) ([0-9a-f]{64})|(lacks) ([a-z0-9]{1,20}))$`);
const END = `${READER_MARK} end`;
/** The name under which the one pinned key stands in a file of our own: whatever DNS says, no other key counts. */
const ALIAS = 'fleetmend';

const unpack = promisify(gunzip);

/**
 * Logs in with OpenSSH's client, fixed arguments and no configuration but ours. The key of the login comes from an agent in
 * this process; the host must show the pinned key. What runs there is said by the certificate, so nothing is asked of a shell.
 */
export async function openSshConnection(
  target: SshTarget,
  login: SshLogin,
  limits: SshLimits = SSH_LIMITS,
): Promise<SshConnection> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetmend-ssh-'));
  const stopAgent = await serveSshKey(join(folder, 'agent'), login);
  await writeFile(join(folder, 'known_hosts'), `${ALIAS} ${target.host_key}\n`, { mode: 0o600 });
  let isLoggingIn = true;
  const forgetLogin = () => {
    if (!isLoggingIn) return;
    isLoggingIn = false;
    stopAgent();
    rm(folder, { recursive: true, force: true }).catch(() => undefined);
  };
  const child = spawn('ssh', argumentsFor(target, folder), {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return speak(child, limits, forgetLogin);
}

function argumentsFor({ address, port, user_name, host_key }: SshTarget, folder: string): string[] {
  const options = {
    BatchMode: 'yes',
    CheckHostIP: 'no',
    ClearAllForwardings: 'yes',
    ConnectTimeout: CONNECT_SECONDS,
    ControlPath: 'none',
    ForwardAgent: 'no',
    GlobalKnownHostsFile: '/dev/null',
    HostKeyAlgorithms: signingAlgorithms(host_key),
    HostKeyAlias: ALIAS,
    IdentityAgent: join(folder, 'agent'),
    IdentityFile: 'none',
    // It costs the client six times what all the rest of a login does; newer clients have ML-KEM instead.
    KexAlgorithms: '-sntrup761*',
    // At ERROR it does not say that no key of the pinned kind was shown.
    LogLevel: 'INFO',
    PermitLocalCommand: 'no',
    PreferredAuthentications: 'publickey',
    ServerAliveCountMax: 3,
    ServerAliveInterval: 30,
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    UserKnownHostsFile: join(folder, 'known_hosts'),
  };
  const given = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['-F', 'none', '-T', '-e', 'none', ...given, '-p', String(port), '-l', user_name, '--', address];
}

interface Question {
  resolve(reply: SshReply): void;
  reject(failure: SshFailure): void;
  /** The digest of what is being read, and its lines so far; null before the first line. */
  body: { digest: string; lines: string[] } | null;
  timer: NodeJS.Timeout;
}

/** The talk with the reader: one question at a time, one answer for each. */
function speak(child: ChildProcess, limits: SshLimits, onAnswered: () => void): SshConnection {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('ssh was started without its pipes');
  let question: Question | null = null;
  let isOpen = true;
  let bytes = 0;
  let said = '';

  const settle = (use: (asked: Question) => void) => {
    const asked = question;
    if (asked === null) return;
    question = null;
    clearTimeout(asked.timer);
    use(asked);
  };
  const end = (problem: SshProblem, detail: string) => {
    if (isOpen) child.kill('SIGKILL');
    isOpen = false;
    onAnswered();
    settle(({ reject }) => reject(new SshFailure(problem, detail)));
  };
  const take = ({ resolve, reject, body }: Question, line: string) => {
    if (body !== null) {
      if (line !== END) return void body.lines.push(line);
      settle(() => undefined);
      unpack(Buffer.from(body.lines.join(''), 'base64'), { maxOutputLength: limits.unpacked_bytes })
        .then((text) => resolve({ kind: 'new', digest: body.digest, text: text.toString('utf8') }))
        .catch((error: NodeJS.ErrnoException) => {
          const isLarge = error.code === 'ERR_BUFFER_TOO_LARGE';
          end(isLarge ? 'answer-too-large' : 'answer-unreadable', error.message);
          reject(new SshFailure(isLarge ? 'answer-too-large' : 'answer-unreadable', error.message));
        });
      return;
    }
    // A shell's profile may have said something before.
    const [, word, digest = '', lacks, tool] = HEAD.exec(line) ?? [];
    if (word === undefined && lacks === undefined) return;
    onAnswered();
    if (word === undefined) return end('answer-unreadable', `It has no ${tool}.`);
    if (word === 'same') return settle((asked) => asked.resolve({ kind: 'same' }));
    if (question !== null) question.body = { digest, lines: [] };
  };

  createInterface({ input: stdout }).on('line', (line) => {
    if (question !== null) take(question, line);
  });
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.bytes) end('answer-too-large', `More than ${limits.bytes} bytes.`);
  });
  stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(0, MAX_STDERR);
  });
  stdin.on('error', () => undefined);
  child.on('error', (error: NodeJS.ErrnoException) => {
    end(error.code === 'ENOENT' ? 'no-ssh-client' : 'unreachable', error.message);
  });
  child.on('close', () => end(problemInWords(said) ?? 'answer-unreadable', said.trim() || 'It ended the connection.'));

  return {
    isOpen: () => isOpen,
    ask(known) {
      return new Promise((resolve, reject) => {
        if (!isOpen || question !== null) return reject(new SshFailure('unreachable', 'The connection is not free.'));
        const timer = setTimeout(
          () => end('too-slow', `No answer within ${limits.milliseconds / 1000} s.`),
          limits.milliseconds,
        );
        question = { resolve, reject, body: null, timer };
        bytes = 0;
        stdin.write(`${known ?? '-'}\n`);
      });
    },
    close() {
      end('unreachable', 'The connection was closed.');
    },
  };
}
