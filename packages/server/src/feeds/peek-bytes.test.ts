import { expect, test } from 'vitest';
import { peekBytes } from './peek-bytes.ts';

test.each([1, 2, 9])('whoever stops after %d pieces lets go of the stream beneath', async (pieces) => {
  let isClosed = false;
  async function* stream() {
    try {
      for (let i = 0; i < 4; i++) yield Buffer.from('abcd');
    } finally {
      isClosed = true;
    }
  }
  const { beginning, whole } = await peekBytes(stream(), 6);
  expect(`${beginning}`).toBe('abcdab');
  let seen = 0;
  for await (const _ of whole) if (++seen === pieces) break;
  expect(isClosed).toBe(true);
});
