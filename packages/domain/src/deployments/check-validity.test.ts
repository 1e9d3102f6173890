import { expect, test } from 'vitest';
import { STEPS } from '../changes/change-document.ts';
import { checkValidity } from './check-validity.ts';

const host = { now: '2026-11-10T21:00:00Z', lease_expired: false, highest_epoch: 1 };
const WINDOW = { from: '2026-11-10T20:00:00Z', until: '2026-11-11T04:00:00Z' };

test.each([
  ['no window at all', [], 'windows-malformed'],
  ['a start that cannot be read', [{ ...WINDOW, from: 'soon' }], 'windows-malformed'],
  ['an end that cannot be read', [{ ...WINDOW, until: 'never' }], 'windows-malformed'],
  ['one good window beside a bad one', [WINDOW, { from: WINDOW.until, until: WINDOW.from }], 'windows-malformed'],
])('%s opens nothing', (_what, windows, code) => {
  expect(checkValidity({ windows, epoch: 1 }, 'install', host)?.code).toBe(code);
});

test('windows may overlap and stand in any order', () => {
  const windows = [
    { from: '2026-11-12T00:00:00Z', until: '2026-11-13T00:00:00Z' },
    WINDOW,
    { ...WINDOW, until: '2026-11-10T22:00:00Z' },
  ];
  expect(checkValidity({ windows, epoch: 1 }, 'install', host)).toBeNull();
});

const TWO = [WINDOW, { from: '2026-11-12T20:00:00Z', until: '2026-11-13T04:00:00Z' }];

test.each([
  ['install', 'outside-window'],
  ['reboot', 'outside-window'],
  ['probe', undefined],
  ['rollback', undefined],
] as const)('between two windows %s is %s: what disturbs waits, what looks or takes back does not', (step, code) => {
  expect(checkValidity({ windows: TWO, epoch: 1 }, step, { ...host, now: '2026-11-11T12:00:00Z' })?.code).toBe(code);
});

test.each(STEPS)('%s never runs before the first window or after the last', (step) => {
  const at = (now: string) => checkValidity({ windows: TWO, epoch: 1 }, step, { ...host, now })?.code;
  expect([at('2026-11-10T19:59:59Z'), at('2026-11-13T04:00:00Z')]).toEqual(['not-yet-valid', 'expired']);
});
