import { describe, expect, test } from 'vitest';
import { nearestWord } from './nearest-word.ts';
import { policySentence } from './policy-sentence.ts';
import type { PolicySpec } from './policy-spec.ts';

const plain: PolicySpec = {
  name: 'standard',
  owner: null,
  select: '',
  rings: [{ name: 'all', select: '', max_in_flight: 10, bake: '15m' }],
  window: null,
  approvals: { quorum: 1 },
  gates: [],
  on_gate_fail: 'pause',
  reboot: 'if-needed',
};

describe('policySentence', () => {
  test('the policy that a server begins with', () => {
    expect(policySentence(plain)).toBe(
      'Patches go to every machine, up to 10 at a time, at any time, once one person has signed the change. After that they are watched ' +
        'for 15 minutes. There are no gates. A machine is rebooted if a patch needs it.',
    );
  });

  test('everything at once', () => {
    const spec: PolicySpec = {
      ...plain,
      select: 'role = web and env in (prod, stage)',
      rings: [
        { name: 'canary', select: 'ring = canary', max_in_flight: 1, bake: '1d' },
        { name: 'broad', select: '', max_in_flight: 5, bake: '1h' },
      ],
      window: { tz: 'Europe/Berlin', days: ['thu', 'tue'], start: '22:00', duration: '4h' },
      approvals: { quorum: 2 },
      gates: [
        { kind: 'systemd', unit: 'nginx.service' },
        { kind: 'http', url: 'http://localhost/healthz', expect_status: 204 },
      ],
      on_gate_fail: 'rollback',
      reboot: 'never',
    };
    expect(policySentence(spec)).toBe(
      'Patches go to the machines with role = web and env in (prod, stage), ring by ring (canary: one at a time, then broad: up to 5 at a time), ' +
        'on Tuesday and Thursday from 22:00 for 4 hours (Europe/Berlin), once 2 people have signed the change. Each ring is watched before the ' +
        'next begins: canary for one day and broad for one hour. Each machine must pass nginx.service active and http://localhost/healthz ' +
        'answering 204; if one fails, what was installed is rolled back. Machines are never rebooted.',
    );
  });

  test('a window on every day says so', () => {
    const window = {
      tz: 'UTC',
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      start: '01:00',
      duration: '90s',
    } as const;
    expect(policySentence({ ...plain, window })).toContain('every day from 01:00 for 90 seconds (UTC)');
  });
});

describe('nearestWord', () => {
  const keys = ['name', 'select', 'rings', 'window', 'approvals', 'on_gate_fail', 'reboot'];
  test.each([
    ['slect', 'select'],
    ['widow', 'window'],
    ['Rings', 'rings'],
    ['rnigs', 'rings'],
    ['aprovals', 'approvals'],
    ['on-gate-fail', 'on_gate_fail'],
    ['name', 'name'],
    ['completely_else', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ])('%s → %s', (word, near) => {
    expect(nearestWord(word, keys)).toBe(near);
  });
  test('nothing known, nothing near', () => expect(nearestWord('name', [])).toBeNull());
});
