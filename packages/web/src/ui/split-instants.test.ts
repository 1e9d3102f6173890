import { expect, test } from 'vitest';
import { splitInstants } from './split-instants.ts';

const flat = (text: string) => splitInstants(text).map((part) => (part.is_instant ? `<${part.text}>` : part.text));

test.each([
  ['', []],
  ['Start it.', ['Start it.']],
  ['Start before 2026-12-07T19:41:11.385Z.', ['Start before ', '<2026-12-07T19:41:11.385Z>', '.']],
  ['2026-12-07T19:41:11Z', ['<2026-12-07T19:41:11Z>']],
  ['no time: 2026-99-99T99:99:99Z', ['no time: ', '2026-99-99T99:99:99Z']],
])('%j', (text, parts) => {
  expect(flat(text)).toEqual(parts);
});
