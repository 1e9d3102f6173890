import { expect, test } from 'vitest';
import { compareIn, type Ecosystem } from './ecosystems.ts';

test.each<[Ecosystem, string, string, -1 | 0 | 1 | null]>([
  ['deb', '1.0~rc1-1', '1.0-1', -1],
  ['rpm', '1:1.0-1.el9', '2.0-1.el9', 1],
  ['rpm', '1.0^git1-1', '1.0-1', 1],
  ['apk', '1.0_rc1-r0', '1.0-r0', -1],
  ['alpm', '1:1.0-1', '2.0-1', 1],
  ['flatpak', '128.0', '128', 0],
  ['snap', '2.61.3+22.04', '2.63+22.04', -1],
  ['firmware', '0.1.9', '0.1.33', -1],
  ['winget', '1.0.0-beta', '1.0', -1],
  ['windows', '10.0.19045.3803', '10.0.19045.998', 1],
  ['macos', '14.5', '14.5.1', -1],
  ['brew', '1.1.1w', '1.1.1', 1],
  ['brew', '3.2.0_1', '3.2.0', 1],
  ['npm', '1.0.0-rc.1', '1.0.0', -1],
  ['snap', 'latest', '1', null],
  ['deb', '1.0', 'a', null],
])('%s: %s against %s', (ecosystem, a, b, order) => {
  expect(compareIn(ecosystem, a, b)).toBe(order);
});
