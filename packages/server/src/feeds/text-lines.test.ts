import { expect, test } from 'vitest';
import { FEED_LIMITS } from './feed-limits.ts';
import { textLines } from './text-lines.ts';

async function read(text: string, piece = text.length): Promise<string[]> {
  async function* pieces() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const lines: string[] = [];
  for await (const some of textLines(pieces())) lines.push(...some);
  return lines;
}

test('lines are the same in pieces of any size, letters of several bytes too', async () => {
  for (const piece of [1, 2, 5])
    expect(await read('eins\nzwölf\n\nEnde', piece)).toEqual(['eins', 'zwölf', '', 'Ende']);
});

test.each([12, 1_000_000])(
  'a line that is too long is refused, also where its end is there at once: pieces of %d bytes',
  async (piece) => {
    const text = `a\n${'x'.repeat(FEED_LIMITS.line_bytes + 1)}\nb\n`;
    await expect(read(text, piece)).rejects.toThrow('longer than');
  },
);
