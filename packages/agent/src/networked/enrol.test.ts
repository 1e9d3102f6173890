import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeExchangeKey, serverKeyDigest } from '@fleetmend/api/host-session.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AgentFolder, agentFolder } from './agent-folder.ts';
import { enrol } from './enrol.ts';
import { loadHostKey, loadNextHostKey, readIdentity } from './identity.ts';

const server_key = makeExchangeKey().publicKey;
const code = 'AAAAA-BBBBB-CCCCC-DDDDD';
let http: Server;
let server = '';
let folder: AgentFolder;

beforeAll(async () => {
  http = createServer((_request, response) => {
    response.end(JSON.stringify({ asset: 'host_1', organization: 'org_1', server_key, roots: [] }));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => http.close());
beforeEach(() => {
  folder = agentFolder(mkdtempSync(join(tmpdir(), 'fm-enrol-')));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

test('the server that has the key of the command enrols the machine, and the key is kept', async () => {
  await enrol(folder, { server, server_key: serverKeyDigest(server_key), code, is_again: false });
  expect(readIdentity(folder)).toEqual({ server, asset: 'host_1', organization: 'org_1', server_key });
});

test('a server with another key is refused in words, and nothing is kept of it', async () => {
  const other = serverKeyDigest(makeExchangeKey().publicKey);
  await expect(enrol(folder, { server, server_key: other, code, is_again: false })).rejects.toThrow(
    `has the key ${serverKeyDigest(server_key)}, and not ${other}`,
  );
  expect(readIdentity(folder)).toBeNull();
});

test.each(['', 'sha256:', server_key, serverKeyDigest(server_key).toUpperCase()])('%j names no key', async (text) => {
  await expect(enrol(folder, { server, server_key: text, code, is_again: false })).rejects.toThrow(
    '64 hexadecimal digits',
  );
});

test('enrolled again, a machine has a new key; the old one stays until the server has answered', async () => {
  const words = { server, server_key: null, code, is_again: false };
  await enrol(folder, words);
  const before = loadHostKey(folder).id;
  await expect(enrol(folder, words)).rejects.toThrow('add --again');
  await expect(enrol(folder, { ...words, server: 'http://127.0.0.1:1', is_again: true })).rejects.toThrow(
    'ECONNREFUSED',
  );
  expect(loadHostKey(folder).id).toBe(before);
  const next = loadNextHostKey(folder).id;
  await enrol(folder, { ...words, is_again: true });
  expect(loadHostKey(folder).id).toBe(next);
  expect(existsSync(folder.next_key)).toBe(false);
});
