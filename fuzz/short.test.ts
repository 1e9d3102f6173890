import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Long enough for every input of the corpus and some hundred others, about a minute for all targets. */
const SECONDS = '0.3';

test('the short form: every target, its corpus and a few hundred inputs each', { timeout: 300_000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'run.ts'), '--seconds', SECONDS, '--seed', '1'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^feed:kev .*\d+ inputs/m);
  console.info(stdout.trim().split('\n').at(-1));
  expect(status).toBe(0);
});
