import { expect, test } from 'vitest';
import { readReferences } from './read-references.ts';

const of = (...urls: unknown[]) => readReferences({ references: urls.map((url) => ({ type: 'WEB', url })) });

test('each address is told once, in its order', () => {
  expect(of('https://b.example/1', 'http://a.example', 'https://b.example/1')).toEqual([
    'https://b.example/1',
    'http://a.example',
  ]);
});

test.each([
  ['javascript:alert(1)'],
  ['data:text/html,x'],
  ['//evil.example'],
  ['https://a.example/ b'],
  ['https://a.example/"onclick'],
  [`https://a.example/${'x'.repeat(500)}`],
  [7],
  [null],
])('%j is left out', (url) => {
  expect(of(url)).toEqual([]);
});

test('few are kept, and what is no list is none', () => {
  expect(of(...Array.from({ length: 100 }, (_, at) => `https://a.example/${at}`))).toHaveLength(20);
  for (const references of [undefined, null, 'https://a.example', [7], { url: 'https://a.example' }])
    expect(readReferences({ references })).toEqual([]);
  expect(readReferences(null)).toEqual([]);
});
