import { describe, expect, test } from 'vitest';
import { checkYaml } from './yaml-guard.ts';

const LIMITS = { yaml_depth: 8, yaml_entries: 1000, yaml_line: 3000 };

describe('what is too much for a parser of YAML', () => {
  test.each([
    ['lists without an end', '['.repeat(1_000_000), 'nested deeper than 8'],
    ['mappings without an end', '{a: '.repeat(1_000_000), 'nested deeper than 8'],
    ['a bracket on each line', '[\n'.repeat(20), 'nested deeper than 8'],
    ['many lines', 'a: 1\n'.repeat(1001), 'more than 1000 lines'],
    ['a line without an end', `a: "${'x'.repeat(4000)}`, 'longer than 3000'],
    [
      'lines each further in than the last',
      Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      'nested deeper',
    ],
    ['many entries on one line', `a: [${'b,'.repeat(1001)}]`, 'more than 1000 lines'],
  ])('%s', (_, text, complaint) => {
    expect(checkYaml(text, LIMITS)).toContain(complaint);
  });

  test.each([
    ['an inventory', 'all:\n  hosts:\n    web[01:20]:\n      note: {a: [1, 2]}\n'],
    ['texts with a bracket each, of keys of their own', 'a: "["\n'.repeat(100)],
    ['brackets that are closed', '- [a, [b]]\n'.repeat(100)],
  ])('not %s', (_, text) => {
    expect(checkYaml(text, LIMITS)).toBeNull();
  });
});
