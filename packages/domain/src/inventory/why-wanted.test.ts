import { expect, test } from 'vitest';
import { whyWanted } from './why-wanted.ts';

const system = (id: string, version_id: string, machines: number) => ({
  os: { id, version_id, name: `${id} ${version_id}` },
  machines,
});
const ALMA = /^almalinux:/;

test.each([
  ['one machine', ALMA, [system('almalinux', '8.10', 1)], [], '1 machine runs almalinux 8.10'],
  [
    'the most frequent first, the others counted',
    ALMA,
    [
      system('almalinux', '8.10', 2),
      system('debian', '12', 9),
      system('almalinux', '9.4', 3),
      system('almalinux', '10', 1),
    ],
    [],
    '3 machines run almalinux 9.4, 2 almalinux 8.10 and 1 other releases',
  ],
  [
    'packages of a language',
    /^(npm|maven)$/,
    [system('debian', '12', 9)],
    ['deb', 'npm', 'Maven'],
    'packages of npm, Maven are installed',
  ],
  ['another system', ALMA, [system('debian', '12', 9)], ['deb', 'npm'], null],
  ['nothing', ALMA, [], [], null],
])('%s', (_, platforms, systems, ecosystems, expected) => {
  expect(whyWanted(platforms, systems, ecosystems)).toBe(expected);
});
