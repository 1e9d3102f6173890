import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readerScript } from '@fleetmend/domain/inventory/agentless/reader-script.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSshd, startTestSshd, type TestSshd } from '../../../test/test-sshd.ts';
import { scanHostKey } from './scan-host-key.ts';
import { issueCertificate, sshKeyBlob } from './ssh-certificate.ts';
import { openSshConnection, SSH_LIMITS, SshFailure, type SshLimits } from './ssh-connection.ts';
import { bestHostKey, fingerprintOf } from './ssh-host-key.ts';

const { privateKey: authority, publicKey } = generateKeyPairSync('ed25519');
const authorityKey = sshKeyBlob(publicKey);
const DIGEST = 'a'.repeat(64);

/** A public key as `type base64`, made by ssh-keygen. */
function aKeyOf(type: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-key-'));
  spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(folder, 'key')]);
  const [kind, encoded] = readFileSync(join(folder, 'key.pub'), 'utf8').split(' ');
  rmSync(folder, { recursive: true });
  return `${kind} ${encoded}`;
}

function loginFor(principal: string, { command = readerScript('test'), minutesAgo = 0, by = authority } = {}) {
  const now = new Date(Date.now() - minutesAgo * 60_000);
  return issueCertificate(by, authorityKey, { key_id: 'fleetmend host_1', principal, command, now });
}

describe.skipIf(!hasSshd)('a login, by a real sshd', () => {
  let sshd: TestSshd;
  let host_key: string;
  beforeAll(async () => {
    sshd = await startTestSshd();
    await sshd.trust(`ssh-ed25519 ${Buffer.from(authorityKey).toString('base64')}`);
    host_key = await scanHostKey({ address: '127.0.0.1', port: sshd.port });
  });
  afterAll(() => sshd.close());

  async function ask(
    login: ReturnType<typeof loginFor>,
    { limits = {}, ...target }: { limits?: Partial<SshLimits>; host_key?: string; port?: number } = {},
  ) {
    const to = { address: '127.0.0.1', port: sshd.port, user_name: sshd.user, host_key, ...target };
    const connection = await openSshConnection(to, login, { ...SSH_LIMITS, milliseconds: 20_000, ...limits });
    try {
      return await connection.ask(null);
    } catch (error) {
      expect(connection.isOpen()).toBe(false);
      return error instanceof SshFailure ? error.problem : error;
    } finally {
      connection.close();
    }
  }
  /** What a host that runs something else than the reader is taken for. */
  const said = (command: string, limits: Partial<SshLimits> = {}) => ask(loginFor(sshd.user, { command }), { limits });
  const packed = (text: string | Buffer) => gzipSync(text).toString('base64');

  test('the host key is the one that ssh-keygen says', () => {
    expect(fingerprintOf(host_key)).toBe(sshd.fingerprint);
  });

  test('a certificate lets in for minutes, for its account, and by its authority', async () => {
    expect(await ask(loginFor(sshd.user))).toMatchObject({ kind: 'new' });
    expect(await ask(loginFor(sshd.user, { minutesAgo: 5 }))).toBe('login-refused');
    expect(await ask(loginFor(sshd.user, { minutesAgo: -5 }))).toBe('login-refused');
    expect(await ask(loginFor('somebody'))).toBe('login-refused');
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(await ask(loginFor(sshd.user, { by: other }))).toBe('login-refused');
  });

  test('its bearer runs the reader and nothing else, without a terminal and without forwarding', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetmend-cert-'));
    const { certificate } = loginFor(sshd.user, { command: 'echo only-this' });
    writeFileSync(
      join(folder, 'c.pub'),
      `ssh-ed25519-cert-v01@openssh.com ${Buffer.from(certificate).toString('base64')}\n`,
    );
    const { stdout } = spawnSync('ssh-keygen', ['-L', '-f', join(folder, 'c.pub')], {
      encoding: 'utf8',
      env: { TZ: 'UTC' },
    });
    rmSync(folder, { recursive: true });
    const [, from = '', until = ''] = /Valid: from (\S+) to (\S+)/.exec(stdout) ?? [];
    expect((Date.parse(until) - Date.parse(from)) / 1000).toBe(300);
    expect(stdout).toMatch(/Key ID: "fleetmend host_1"/);
    expect(stdout).toMatch(
      new RegExp(
        `Principals: \\s+${sshd.user}\\s+Critical Options: \\s+force-command echo only-this\\s+Extensions: \\(none\\)`,
      ),
    );
  });

  test('another host key than the pinned one is no login', async () => {
    expect(await ask(loginFor(sshd.user), { host_key: aKeyOf('ed25519') })).toBe('host-key-changed');
    expect(await ask(loginFor(sshd.user), { host_key: aKeyOf('ecdsa') })).toBe('host-key-changed');
    expect(await ask(loginFor(sshd.user), { port: 1 })).toBe('unreachable');
  });

  test.each([
    ['nothing', 'exit 0', 'answer-unreadable'],
    ['an error', 'echo no >&2; exit 3', 'answer-unreadable'],
    ['a tool that is not there', 'echo fleetmend lacks gzip; cat', 'answer-unreadable'],
    ['no packed text', `echo fleetmend new ${DIGEST}; echo '%%%'; echo fleetmend end; cat`, 'answer-unreadable'],
    ['an end that never comes', `echo fleetmend new ${DIGEST}; cat`, 'too-slow'],
    ['silence', 'sleep 30', 'too-slow'],
    ['noise without an end', 'yes', 'answer-too-large'],
    ['one endless line', 'cat /dev/zero', 'answer-too-large'],
    ['an endless answer', `echo fleetmend new ${DIGEST}; yes AAAA`, 'answer-too-large'],
  ])('%s', async (_, command, problem) => {
    expect(await said(command, { bytes: 100_000, milliseconds: 1500 })).toBe(problem);
  });

  test('what unpacks to too much is cut off', async () => {
    const bomb = packed(Buffer.alloc(2_000_000));
    const command = `echo fleetmend new ${DIGEST}; echo ${bomb}; echo fleetmend end; cat`;
    expect(await said(command, { unpacked_bytes: 100_000 })).toBe('answer-too-large');
    expect(await said(command, { unpacked_bytes: 3_000_000 })).toMatchObject({ kind: 'new' });
  });

  test('what a profile prints before the reader is passed over', async () => {
    const command = `echo welcome; echo fleetmend; echo fleetmend new x; echo fleetmend same ${DIGEST}; cat`;
    expect(await said(command)).toEqual({ kind: 'same' });
  });

  test('neither the key nor its folder is left behind', async () => {
    const before = process.env['TMPDIR'];
    const folder = mkdtempSync(join(tmpdir(), 'fleetmend-left-'));
    process.env['TMPDIR'] = folder;
    try {
      await ask(loginFor(sshd.user));
      await ask(loginFor('somebody'));
      await expect.poll(() => readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(folder, { recursive: true });
    }
  });
});

test('of the keys that a host shows the best is taken, and nothing else', () => {
  const ed = `ssh-ed25519 ${'A'.repeat(68)}`;
  const rsa = `ssh-rsa ${'A'.repeat(300)}`;
  expect(bestHostKey(`# c\nh ${rsa}\n[h]:22 ${ed}\n`)).toBe(ed);
  expect(bestHostKey(`h ${rsa}\n`)).toBe(rsa);
  for (const bad of [
    '',
    'h ssh-dss AAAA',
    `h ${ed} extra`,
    `@cert-authority h ${ed}`,
    `h ssh-ed25519 ${'A'.repeat(5000)}`,
    'h ssh-ed25519 A\u0000B',
  ])
    expect(bestHostKey(bad)).toBeNull();
});
