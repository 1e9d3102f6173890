import { PERSON_ROLES } from '@fleetmend/domain/access/trust-root.ts';
import { describe, expect, test } from 'vitest';
import { ROLES } from './commands/person.ts';
import { NOUNS } from './nouns.ts';
import { runCli } from './test-io.ts';

describe('the command line', () => {
  test.each(Object.keys(NOUNS))('%s loads and has help', async (noun) => {
    const { code, out } = await runCli([noun, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`fleetmend ${noun}`);
  });

  test('help lists every noun once, in one order', async () => {
    const { out } = await runCli(['--help']);
    const listed = [...out.matchAll(/^ {2}([a-z]+)[ |]/gm)].map((match) => match[1]).filter((name) => name !== 'help');
    expect(listed).toEqual(Object.keys(NOUNS));
  });

  test('exit codes never change their meaning', async () => {
    const { out } = await runCli(['help', 'exit-codes']);
    expect(out.split('\n').map((line) => line.trim().split(/ +/)[0])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '130',
      '',
    ]);
  });

  test.each([
    [['ptach'], 'Did you mean patch?'],
    [['patch', 'lst'], 'unknown command'],
    [['patch', 'list', '--limit', '0'], 'from 1 to 1000'],
    [['change', 'create', 'P-1'], '--policy'],
    [['rollout', 'watch', 'RO-1', '--timeout', '30'], 'is no time'],
    [['person', 'invite', 'Ada', '--role', 'king'], 'Allowed choices'],
    [['completion', 'fish'], 'no completion'],
    [['root', 'quorum', '0'], 'from 1 to 20'],
  ])('%j is a usage error', async (args, text) => {
    const { code, out, err } = await runCli(args, {
      env: { FLEETMEND_URL: 'http://127.0.0.1:9', FLEETMEND_TOKEN: 'x' },
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });

  test('aliases are the same command', async () => {
    expect((await runCli(['asset', 'list', '--help'])).out).toContain('host list');
    expect((await runCli(['report', 'kpi', '--help'])).code).toBe(0);
  });

  test('completion knows every noun and verb', async () => {
    const { out } = await runCli(['completion', 'bash']);
    expect(out).toContain('"change approve") words="--key"');
    for (const noun of Object.keys(NOUNS)) expect(out).toContain(`"${noun}"`);
  });

  test('the roles offered are those of the trust root', () => {
    expect(ROLES).toEqual(PERSON_ROLES);
  });
});
