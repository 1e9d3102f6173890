import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockData } from './data-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetmend-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a second holder is told who the first is, and gets the lock after it', () => {
  const first = lockData(folder);
  expect(() => lockData(folder)).toThrow(
    new RegExp(
      `^Fleetmend is already running on this data \\(pid ${process.pid}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\)\\.$`,
    ),
  );
  first.release();
  lockData(folder).release();
});

test('a killed holder leaves nothing to clear away', async () => {
  const source = `import { lockData } from ${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)};
    lockData(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(() => lockData(folder)).toThrow(new RegExp(`pid ${child.pid},`));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  lockData(folder).release();
});

test('a start that made nothing takes its file along', () => {
  lockData(folder).release({ forget: true });
  expect(readdirSync(folder)).toEqual([]);
});
