import { expect, test } from 'vitest';
import { standBy } from './stand-by.ts';

test('standing work goes on while there is some, is looked for again after a failure, and ends where it is closed', async () => {
  const left = ['first', 'fails', 'second'];
  const done: string[] = [];
  const errors: unknown[] = [];
  const { close } = standBy(
    async () => {
      const next = left.shift();
      if (next === 'fails') throw new Error(next);
      if (next !== undefined) done.push(next);
      return next !== undefined;
    },
    (error) => errors.push(error),
  );
  await expect.poll(() => done, { timeout: 5000 }).toEqual(['first', 'second']);
  expect(errors).toEqual([new Error('fails')]);
  await close();
  left.push('third');
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(done).toEqual(['first', 'second']);
});
