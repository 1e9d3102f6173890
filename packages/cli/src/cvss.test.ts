import { describe, expect, test } from 'vitest';
import { runCli } from './test-io.ts';

const V2 = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';
const V3 = 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

describe('fleetmend cvss score --batch', () => {
  test('a line of score and severity for each line, ? where it is no vector', async () => {
    const stdin = `${V2}/E:U\n${V3}/E:P/RL:O\r\nhigh\n\n${V4}/E:P\nCVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N`;
    expect(await runCli(['cvss', 'score', '--batch'], { stdin })).toEqual({
      code: 0,
      out: '10.0\tHIGH\n8.1\tHIGH\n?\n?\n8.9\tHIGH\n0.0\tNONE\n',
      err: '',
    });
  });

  test('--whole counts what else a vector of 2.0 and 3.x says', async () => {
    const stdin = `${V2}/E:U\n${V3}/E:P/RL:O\n${V3}/MC:N/MI:N/MA:N\n${V3}\n${V4}/E:P\n`;
    const { code, out } = await runCli(['cvss', 'score', '--batch', '--whole'], { stdin });
    expect({ code, out }).toEqual({ code: 0, out: '8.5\tHIGH\n7.3\tHIGH\n0.0\tNONE\n8.1\tHIGH\n8.9\tHIGH\n' });
  });

  test('nothing in, nothing out; and many lines stay in order across chunks', async () => {
    expect(await runCli(['cvss', 'score', '--batch'], { stdin: '' })).toEqual({ code: 0, out: '', err: '' });
    const kinds = [V2, 'no', V4];
    const lines = Array.from({ length: 60_000 }, (_, i) => kinds[i % 3]);
    const start = performance.now();
    const { out } = await runCli(['cvss', 'score', '--batch'], { stdin: lines.join('\n') });
    const seconds = (performance.now() - start) / 1000;
    console.log(`fleetmend cvss score --batch: ${Math.round(lines.length / seconds)} lines a second`);
    expect(out).toBe('10.0\tHIGH\n?\n9.3\tCRITICAL\n'.repeat(20_000));
  });
});

describe('fleetmend cvss score VECTOR', () => {
  test('says the scores and each metric in words', async () => {
    const { code, out } = await runCli(['cvss', 'score', `${V3}/E:P/RL:O`]);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `Vector\t${V3}/E:P/RL:O`,
      'CVSS\t3.1',
      'Score\t8.1',
      'Severity\tHIGH',
      'Base score\t8.1',
      'Temporal score\t7.3',
      'Attack Vector (AV)\tNetwork (N)',
      'Attack Complexity (AC)\tHigh (H)',
      'Privileges Required (PR)\tNone (N)',
      'User Interaction (UI)\tNone (N)',
      'Scope (S)\tUnchanged (U)',
      'Confidentiality Impact (C)\tHigh (H)',
      'Integrity Impact (I)\tHigh (H)',
      'Availability Impact (A)\tHigh (H)',
      'Exploit Code Maturity (E)\tProof-of-Concept (P)',
      'Remediation Level (RL)\tOfficial Fix (O)',
      '',
    ]);
  });

  test('--json carries the same', async () => {
    const { out } = await runCli(['--json', 'cvss', 'score', `${V4}/E:P/U:Red`]);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      version: '4.0',
      score: 8.9,
      severity: 'HIGH',
      base_score: 9.3,
      temporal_score: null,
    });
    expect(answer.metrics.at(-1)).toEqual({
      metric: 'U',
      name: 'Provider Urgency',
      group: 'supplemental',
      value: 'Red',
      meaning: 'Red',
    });
  });

  test.each([
    [['AV:N'], 'is no CVSS vector'],
    [['CVSS:3.1/\u001b[31m'], 'is no CVSS vector'],
    [[], 'give a vector, or --batch'],
    [[V3, '--batch'], 'give a vector, or --batch'],
    [[V3, V2], 'too many arguments'],
  ])('%j is refused', async (args, text) => {
    const { code, out, err } = await runCli(['cvss', 'score', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
    expect(err).not.toContain('\u001b');
  });
});
