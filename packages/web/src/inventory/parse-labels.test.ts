import { expect, test } from 'vitest';
import { parseLabels, writeLabels } from './parse-labels.ts';

test('labels survive being written and read', () => {
  const labels = { env: 'prod', role: 'web', note: 'a=b' };
  expect(parseLabels(writeLabels(labels))).toEqual({ labels });
});

test.each([
  ['', {}],
  ['\n env=prod \n\n', { env: 'prod' }],
  ['empty=', { empty: '' }],
])('%j reads as %j', (text, labels) => {
  expect(parseLabels(text)).toEqual({ labels });
});

test.each([
  ['Env=prod', /Line 1/],
  ['env', /Line 1/],
  ['a=1\n=2', /Line 2/],
  ['a=1\na=2', /Line 2: “a” is there twice/],
  [`a=${'x'.repeat(101)}`, /Line 1/],
])('%j is refused', (text, message) => {
  expect(parseLabels(text)).toEqual({ error: expect.stringMatching(message) });
});
