import { expect, test } from 'vitest';
import { diffVersions } from './version-diff.ts';

test.each([
  ['1.1.18', '1.1.19', ['1.1.', '18', '19', '']],
  ['3.0.2-0ubuntu1.18', '3.0.2-0ubuntu1.19', ['3.0.2-0ubuntu1.', '18', '19', '']],
  ['1.0', '1.0', ['1.0', '', '', '']],
  ['1:2.3', '2:2.3', ['', '1', '2', ':2.3']],
  ['5.10.0-8-amd64', '5.10.0-9-amd64', ['5.10.0-', '8', '9', '-amd64']],
  ['1.2', '1.2+deb12u1', ['1.2', '', '+deb12u1', '']],
  ['', '1', ['', '', '1', '']],
  ['1.1', '1.1.1', ['1.1', '', '.1', '']],
])('%s to %s', (from, to, parts) => {
  const diff = diffVersions(from, to);
  expect([diff.same, diff.from, diff.to, diff.tail]).toEqual(parts);
  expect(diff.same + diff.from + diff.tail).toBe(from);
  expect(diff.same + diff.to + diff.tail).toBe(to);
});
