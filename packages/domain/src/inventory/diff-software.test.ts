import { expect, test } from 'vitest';
import type { Software } from './asset.ts';
import { diffSoftware } from './diff-software.ts';

const software = (name: string, version: string): Software => ({
  ecosystem: 'deb',
  name,
  version,
  architecture: 'amd64',
  source: name,
  source_version: version,
  module: null,
});

test('installed, removed, changed, and a second kernel beside the first; what stayed is left out', () => {
  const before = [software('bash', '1'), software('curl', '1'), software('gone', '1'), software('linux', '6.1')];
  const after = [
    software('linux', '6.2'),
    software('new', '1'),
    software('curl', '2'),
    software('bash', '1'),
    software('linux', '6.1'),
  ];
  expect(diffSoftware(before, after)).toMatchObject([
    { name: 'curl', before: ['1'], after: ['2'] },
    { name: 'gone', before: ['1'], after: [] },
    { name: 'linux', before: ['6.1'], after: ['6.2', '6.1'] },
    { name: 'new', before: [], after: ['1'] },
  ]);
  expect(diffSoftware(after, after.toReversed())).toEqual([]);
});
