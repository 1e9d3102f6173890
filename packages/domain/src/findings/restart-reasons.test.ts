import { expect, test } from 'vitest';
import { asksForRestart } from './restart-reasons.ts';

test.each([
  ['libc6 asks for a reboot', 'libc6', true],
  ['libc6 asks for a reboot', 'libc6-dev', false],
  ['libc6-dev asks for a reboot', 'libc6', false],
  ['kernel 6.1.0-39-amd64 runs, 6.1.0-40-amd64 is installed', 'linux-image-amd64', true],
  ['kernel 6.1.0-39-amd64 runs, 6.1.0-40-amd64 is installed', 'linux-image-6.1.0-40-amd64', true],
  ['kernel 6.1.0-39-amd64 runs, 6.1.0-40-amd64 is installed', 'linux-libc-dev', false],
  ['the system asks for a reboot', 'openssl', false],
])('"%s" is about %s: %s', (reason, name, expected) => {
  expect(asksForRestart(reason, name)).toBe(expected);
});
