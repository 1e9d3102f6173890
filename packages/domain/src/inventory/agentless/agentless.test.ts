import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { factsOfAnswer, readAnswer } from './read-answer.ts';
import { PACKAGE_LISTS, readerScript } from './reader-script.ts';
import { problemInWords, sshState } from './ssh-problem.ts';

/** An answer as the reader makes it. */
const answer = (parts: readonly [name: string, body: string][]) =>
  parts.map(([name, body]) => `\n@fleetmend ${name}\n${body}`).join('');

const WHOLE = answer([
  ['reader', 'v1\n'],
  ['kernel', 'web-01 6.1.0-9-amd64 x86_64\n'],
  ['machine_id', '0123456789abcdef0123456789abcdef\n'],
  ['boot_id', 'b-1\n'],
  ['os', 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"'],
  ['reboot', 'required\nlibc6\nlibc6\n'],
  ['cards', '52:54:00:AB:00:01\nnone\n'],
  ['databases', '/var/lib/dpkg/status 2026-11-25 10:00:00.000000001 +0000 900000 42\n'],
  ['list deb', 'ii \tbash\t5.2-1\tamd64\tbash\t5.2-1\nrc \tgone\t1\tamd64\tgone\t1\n'],
  ['exit 0', ''],
]);

describe('an answer of the reader', () => {
  test('is taken apart into facts and lists', () => {
    const read = readAnswer(WHOLE);
    expect(read.lists.map(({ list, exit, text }) => [list.ecosystem, exit, list.read(text).length])).toEqual([
      ['deb', 0, 1],
    ]);
    expect(
      factsOfAnswer(read, [{ name: 'linux-image-6.1.0-38-amd64', version: '6.1.147-1', architecture: 'amd64' }]),
    ).toEqual({
      hostname: 'web-01',
      machine_id: '0123456789abcdef0123456789abcdef',
      mac_addresses: ['52:54:00:ab:00:01'],
      boot_id: 'b-1',
      os: { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12 (bookworm)' },
      architecture: 'amd64',
      kernel_running: '6.1.0-9-amd64',
      kernel_installed: '6.1.0-38-amd64',
      reboot_required: true,
      reboot_reasons: ['libc6 asks for a reboot', 'kernel 6.1.0-9-amd64 runs, 6.1.0-38-amd64 is installed'],
      stale_services: [],
      lists_refreshed_at: null,
      lists_error: null,
      agent: null,
    });
  });

  test.each([
    ['a list that is cut off', WHOLE.slice(0, WHOLE.indexOf('\n@fleetmend exit')), [null]],
    ['a list whose program failed', WHOLE.replace('exit 0', 'exit 2'), [2]],
    ['an exit that is no number', WHOLE.replace('exit 0', 'exit x'), [null]],
    [
      'a list of a kind that is not known',
      answer([
        ['list __proto__', 'x'],
        ['exit 0', ''],
      ]),
      [],
    ],
    ['nothing', '', []],
    ['noise', '\u0000\u001b[2J@fleetmend', []],
  ])('%s', (_, text, exits) => {
    expect(readAnswer(text).lists.map(({ exit }) => exit)).toEqual(exits);
  });

  test('what a machine calls itself is one line without escapes, and names no member of ours', () => {
    const said = answer([
      ['kernel', 'a\u001b[31mb\u202e k __proto__\n'],
      ['constructor', 'x'],
      ['__proto__', 'x'],
      ['os', 'ID="\u001b]0;owned\u0007x"\n'],
    ]);
    const facts = factsOfAnswer(readAnswer(said), []);
    expect(facts).toMatchObject({ hostname: 'ab\u202e', architecture: '__proto__', os: { id: 'x' } });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('a description that looks like a mark of another kind ends nothing', () => {
    const desc = '%NAME%\na\n\n%VERSION%\n1-1\n\n%DESC%\n@types for a\n\n%NAME%\nb\n\n%VERSION%\n2-1\n\n%ARCH%\nany\n';
    const [only] = readAnswer(
      answer([
        ['list alpm', desc],
        ['exit 0', ''],
      ]),
    ).lists;
    expect(
      only?.list.read(only.text).map(({ software }) => `${software.name} ${software.version} ${software.architecture}`),
    ).toEqual(['a 1-1 any', 'b 2-1 any']);
  });
});

describe('the reader', () => {
  test('is a script that a POSIX shell can read, whatever its version is called', () => {
    for (const version of ['v1', "it's", '$(touch /nowhere); `id`', '"'])
      expect(() => execFileSync('sh', ['-n', '-c', readerScript(version)])).not.toThrow();
  });

  test('runs nothing of what it is sent', () => {
    const known = ['$(echo pwned)', '`id`', '"; id; "', '-n', '*', '\\'];
    const said = execFileSync('sh', ['-c', readerScript('v1')], { input: `${known.join('\n')}\n`, encoding: 'utf8' });
    const heads = said.split('\n').filter((line) => line.startsWith('fleetmend new '));
    expect(heads).toHaveLength(known.length);
    expect(new Set(heads).size).toBe(1);
    const digest = heads[0]?.split(' ')[2] ?? '';
    expect(execFileSync('sh', ['-c', readerScript('v1')], { input: `${digest}\n`, encoding: 'utf8' })).toBe(
      `fleetmend same ${digest}\n`,
    );
    expect(execFileSync('sh', ['-c', readerScript('v2')], { input: `${digest}\n`, encoding: 'utf8' })).toContain(
      'fleetmend new ',
    );
  });

  test('asks each package manager with fixed words', () => {
    for (const { program, args } of PACKAGE_LISTS)
      for (const word of [program, ...args]) expect(readerScript('v1')).toContain(`'${word}'`);
  });
});

test.each([
  ['WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.', 'host-key-changed'],
  [
    'Unable to negotiate with 127.0.0.1 port 22: no matching host key type found. Their offer: ssh-ed25519',
    'host-key-changed',
  ],
  ['root@127.0.0.1: Permission denied (publickey).', 'login-refused'],
  ['ssh: connect to host 127.0.0.1 port 1: Connection refused', 'unreachable'],
  ['ssh: Could not resolve hostname nowhere.example: Name or service not known', 'unreachable'],
  ['kex_exchange_identification: Connection closed by remote host', 'unreachable'],
  ['Connection timed out during banner exchange', 'unreachable'],
  ['', null],
  ['sh: 1: Syntax error', null],
])('of the words %j of the client we make %s', (words, problem) => {
  expect(problemInWords(words)).toBe(problem);
});

test.each([
  [{ host_key: null, seen_key: null, problem: null }, 'contacting'],
  [{ host_key: null, seen_key: null, problem: 'unreachable' }, 'failing'],
  [{ host_key: null, seen_key: 'k', problem: 'unreachable' }, 'unconfirmed'],
  [{ host_key: 'k', seen_key: 'l', problem: null }, 'key_changed'],
  [{ host_key: 'k', seen_key: null, problem: 'too-slow' }, 'failing'],
  [{ host_key: 'k', seen_key: null, problem: null }, 'reading'],
] as const)('%j is %s', (host, state) => {
  expect(sshState(host)).toBe(state);
});
