import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAgentArchives, serveAgentArchives } from './agent-archives.ts';
import { openHttp } from './http.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetmend-archives-'));
const NAME = 'fleetmend-agent-linux-x64.tar.gz';
const fetched: string[] = [];
let app: Awaited<ReturnType<typeof openHttp>>;
beforeAll(async () => {
  app = await openHttp(pino({ level: 'silent' }));
  serveAgentArchives(app, {
    folder,
    onFetched: async (code) => {
      fetched.push(code);
    },
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});
const get = (name: string) => app.inject({ method: 'GET', url: `/agent/${name}` });

test('nothing is offered before it has been built, and what is built anew has its new digest', async () => {
  expect(await readAgentArchives(folder)).toEqual([]);
  expect((await get(NAME)).statusCode).toBe(404);
  for (const content of ['first', 'the second']) {
    writeFileSync(join(folder, NAME), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await readAgentArchives(folder)).toEqual([{ name: NAME, architecture: 'x64', sha256 }]);
    const answer = await get(NAME);
    expect([answer.statusCode, answer.body]).toEqual([200, content]);
  }
});

test('no other file of the folder is served', async () => {
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  for (const name of ['secret.txt', '..%2f..%2fetc%2fpasswd', `${NAME}.new`, 'fleetmend-agent-linux-mips.tar.gz'])
    expect((await get(name)).statusCode, name).toBe(404);
  expect(await readAgentArchives(folder)).toHaveLength(1);
});

test('who fetches it with the command of a code is told by the id of the code, and by nothing else', async () => {
  for (const query of ['?code=code_0123456789abc', '?code=code_', "?code=code_0123456789'--", '?code=a&code=b', ''])
    expect((await get(`${NAME}${query}`)).statusCode).toBe(200);
  expect(fetched).toEqual(['code_0123456789abc']);
});
