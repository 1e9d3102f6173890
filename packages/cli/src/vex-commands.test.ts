import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, scratchFolder } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';

const scratch = scratchFolder();
const document = {
  id: 'vex_1',
  document: 'acme-1',
  author: 'Acme',
  format: 'openvex' as const,
  statements: 1,
  unresolved: 0,
  answers: 2,
  imported_at: '2026-11-23T10:00:00.000Z',
  imported_by: 'Ada',
};
const answered = {
  asset: 'asset_1',
  hostname: 'web-01',
  vulnerability: 'CVE-2026-1',
  package: 'curl',
  installed_version: '7',
  status: 'not_affected' as const,
  vex: 'VEX acme-1 by Acme: not affected',
  document: 'vex_1',
  author: 'Acme',
  justification: null,
  impact: null,
  stated_at: null,
  answered_at: '2026-11-23T10:00:00.000Z',
};
let server: TestServer;

beforeAll(async () => {
  server = await openTestServer({
    importVex: () => document,
    listVex: () => ({ data: [document], next_cursor: null }),
    listAnsweredFindings: () => ({ data: [answered], next_cursor: null }),
    removeVex: () => null,
    exportVex: () => ({ '@context': 'https://openvex.dev/ns/v0.2.0' }),
  });
});
afterAll(async () => {
  await server.close();
  scratch.remove();
});

function cli(...args: string[]) {
  return runCli([...args, '--url', server.origin], { env: { FLEETMEND_TOKEN: TOKEN, XDG_CONFIG_HOME: scratch.path } });
}

test('import sends the file as it is, once it is known to be VEX', async () => {
  const path = join(scratch.path, 'vex.json');
  const statement = { vulnerability: { name: 'CVE-2026-1' }, products: ['pkg:npm/a'], status: 'fixed' };
  const text = JSON.stringify({ '@context': 'https://openvex.dev/ns', '@id': 'acme-1', statements: [statement] });
  writeFileSync(path, text);
  const { code, out } = await cli('vex', 'import', path);
  expect([code, out]).toEqual([0, expect.stringContaining('acme-1')]);
  expect(String(server.received.at(-1)?.body)).toBe(text);
  writeFileSync(path, '{"a":1}');
  const before = server.received.length;
  expect((await cli('vex', 'import', path)).code).toBe(2);
  expect(server.received).toHaveLength(before);
});

test('list, answers, remove and export', async () => {
  expect((await cli('vex', 'list')).out).toContain('vex_1\tacme-1\tAcme\topenvex\t1\t2');
  const { out } = await cli('vex', 'answers', '--host', 'web-01', '--document', 'vex_1');
  expect(out).toContain('CVE-2026-1\tweb-01\tcurl\t7\tVEX acme-1 by Acme: not affected');
  expect(server.received.at(-1)?.query.get('asset')).toBe('web-01');
  expect((await cli('vex', 'remove', 'vex_1', '--yes')).code).toBe(0);
  expect(server.received.at(-1)).toMatchObject({ name: 'removeVex', params: { id: 'vex_1' } });
  expect(JSON.parse((await cli('finding', 'export', '--format', 'openvex')).out)).toHaveProperty(['@context']);
  expect(server.received.at(-1)?.query.get('format')).toBe('openvex');
});
