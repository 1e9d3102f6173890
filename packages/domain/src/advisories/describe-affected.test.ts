import { expect, test } from 'vitest';
import type { RangeEvent } from './advisory.ts';
import { describeAffected } from './describe-affected.ts';

const of = (events: RangeEvent[], type = 'ECOSYSTEM') => describeAffected({ ranges: [{ type, events }], versions: [] });

test.each<[string, RangeEvent[], string[]]>([
  ['everything', [{ introduced: '0' }], ['all versions']],
  ['all below a fix', [{ introduced: '0' }, { fixed: '1.2' }], ['before 1.2']],
  ['a beginning and a fix', [{ introduced: '1.0' }, { fixed: '1.2' }], ['from 1.0, before 1.2']],
  ['a last affected version', [{ introduced: '1.0' }, { last_affected: '1.1' }], ['from 1.0, up to 1.1']],
  ['a limit', [{ introduced: '0' }, { limit: '2' }], ['before 2']],
  [
    'two ranges in one',
    [{ introduced: '0' }, { fixed: '1.2' }, { introduced: '2.0' }, { fixed: '2.1' }],
    ['before 1.2', 'from 2.0, before 2.1'],
  ],
  ['an end without a beginning', [{ fixed: '1.2' }], ['before 1.2']],
  ['nothing', [], []],
])('tells %s', (_what, events, words) => {
  expect(of(events)).toEqual(words);
});

test('commits are no versions, and a long list is counted', () => {
  expect(of([{ introduced: '0' }, { fixed: 'abc' }], 'GIT')).toEqual([]);
  const versions = ['1', '2', '3', '4', '5', '6', '7'];
  expect(describeAffected({ ranges: [], versions })).toEqual(['1, 2, 3, 4, 5 and 2 more']);
});
