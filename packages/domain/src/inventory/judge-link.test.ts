import { expect, test } from 'vitest';
import { judgeLink } from './judge-link.ts';

const known = { step: 7, link: 'l7', previous: 'l6' };

test.each([
  ['a host that was never heard', null, { step: 0, link: null }, 'first'],
  ['the link the server waits for', known, { step: 7, link: 'l7' }, 'current'],
  ['the link before: its answer was lost', known, { step: 6, link: 'l6' }, 'lost-answer'],
  ['a step the server has forgotten', known, { step: 9, link: 'l9' }, 'ahead'],
  ['an older link: somebody else has turned since', known, { step: 5, link: 'l5' }, 'forked'],
  ['the same step under another link', known, { step: 7, link: 'x7' }, 'forked'],
  ['a host that has lost its state', known, { step: 0, link: null }, 'forked'],
  [
    'a first opening whose answer was lost',
    { step: 1, link: 'l1', previous: '' },
    { step: 0, link: null },
    'lost-answer',
  ],
])('%s: %o', (_what, server, said, verdict) => {
  expect(judgeLink(server, said)).toBe(verdict);
});
