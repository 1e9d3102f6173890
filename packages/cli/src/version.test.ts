import { describe, expect, test } from 'vitest';
import { runCli } from './test-io.ts';

describe('fleetmend version', () => {
  test('alone is the version of the program', async () => {
    const { code, out } = await runCli(['version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^fleetmend \d+\.\d+\.\d+\n$/);
  });

  test.each([
    ['rpm', '1.0~rc1', '1.0', '<'],
    ['deb', '1.0', '1.0-0', '='],
    ['semver', '1.10.0', '1.9.0', '>'],
    ['deb', 'a', '1', '?'],
    ['semver', '', '1.0.0', '?'],
  ])('compare %s %s %s: %s', async (scheme, a, b, sign) => {
    expect(await runCli(['version', 'compare', scheme, a, b])).toEqual({ code: 0, out: `${sign}\n`, err: '' });
  });

  test.each([
    [['^1.2', '1.3.0'], 'true'],
    [['^1.2', '2.0.0'], 'false'],
    [['>=1.0.0', '2.0.0-rc.1'], 'false'],
    [['>=1.0.0', '2.0.0-rc.1', '--include-prerelease'], 'true'],
    [['no range', '1.0.0'], 'false'],
  ])('satisfies npm %j: %s', async (args, answer) => {
    expect(await runCli(['version', 'satisfies', 'npm', ...args])).toEqual({ code: 0, out: `${answer}\n`, err: '' });
  });

  test('a batch is answered line by line, across chunks, with or without an end of line at the end', async () => {
    const pairs = Array.from({ length: 30_000 }, (_, i) => `1.${i}\t1.${i + (i % 3) - 1}`);
    const { code, out } = await runCli(['version', 'compare', 'rpm', '--batch'], { stdin: pairs.join('\n') });
    expect(code).toBe(0);
    expect(out).toBe(pairs.map((_, i) => `${['>', '=', '<'][i % 3]}\n`).join(''));
    const { out: ranges } = await runCli(['version', 'satisfies', 'npm', '--batch'], {
      stdin: '^1.0.0 || >=3\t1.5.0\r\n*\t1.0.0-rc.1\r\n',
    });
    expect(ranges).toBe('true\nfalse\n');
  });

  test('a line that is no pair is answered with ?, named on stderr, and ends with 2; the others are answered', async () => {
    const stdin = '1\t2\n\n1\n1\t2\t3\n\u2028\t1\n2\t1\n';
    const { code, out, err } = await runCli(['version', 'compare', 'deb', '--batch'], { stdin });
    expect(code).toBe(2);
    expect(out).toBe('<\n?\n?\n?\n?\n>\n');
    expect(err.match(/line \d+/g)).toEqual(['line 2', 'line 3', 'line 4']);
  });

  test.each([
    [['compare', 'nosuch', '1', '2'], 'no scheme of versions'],
    [['compare', '__proto__', '1', '2'], 'no scheme of versions'],
    [['compare', 'deb', '1'], 'two texts'],
    [['compare', 'deb'], 'two texts'],
    [['compare', 'deb', '1', '2', '--batch'], 'two texts'],
    [['satisfies', 'deb', '1', '2'], 'Use npm'],
  ])('version %j is refused', async (args, text) => {
    const { code, out, err } = await runCli(['version', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
  });
});
