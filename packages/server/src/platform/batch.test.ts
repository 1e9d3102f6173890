import { expect, test } from 'vitest';
import { inBatches } from './batch.ts';

test('what is asked for meanwhile is done together, each with its own result', async () => {
  const batches: number[][] = [];
  const double = inBatches<number, number>(3, async (items) => {
    batches.push([...items]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return items.map((item) => item * 2);
  });
  const first = double(1);
  await new Promise((resolve) => setTimeout(resolve, 1));
  const rest = Promise.all([2, 3, 4, 5].map(double));
  expect([await first, ...(await rest)]).toEqual([2, 4, 6, 8, 10]);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  expect(await double(6)).toBe(12);
});

test('one bad item spoils no other', async () => {
  const work = inBatches<number, number>(10, async (items) => {
    if (items.includes(0)) throw new Error('zero');
    return items.map((item) => 1 / item);
  });
  const results = await Promise.allSettled([1, 0, 2].map(work));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
