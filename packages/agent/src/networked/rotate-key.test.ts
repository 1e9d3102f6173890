import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSuccession, type KeySuccession } from '@fleetmend/api/key-succession.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentFolder, agentFolder } from './agent-folder.ts';
import { keepSuccession, loadHostKey, loadNextHostKey, readSuccessions, useNextHostKey } from './identity.ts';
import { isKeyDue, rotateKey } from './rotate-key.ts';
import type { ServerClient } from './server-client.ts';

let folder: AgentFolder;
beforeEach(() => {
  folder = agentFolder(mkdtempSync(join(tmpdir(), 'fm-rotate-')));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

const server = (seen: KeySuccession[], isUp = true): ServerClient => ({
  async post(_path, body, schema) {
    seen.push(body as KeySuccession);
    return isUp
      ? { ok: true, value: schema.parse(null) }
      : { ok: false, status: null, reason: 'reset', retry_after_seconds: null };
  },
});

describe('a key is changed', () => {
  test('when it is old enough, or when a person has asked', () => {
    loadHostKey(folder);
    expect(isKeyDue(folder, 90, Date.now())).toBe(false);
    utimesSync(folder.key, new Date(), new Date(Date.now() - 91 * 86_400_000));
    expect(isKeyDue(folder, 90, Date.now())).toBe(true);
    expect(isKeyDue(folder, 100, Date.now())).toBe(false);
    loadNextHostKey(folder);
    expect(isKeyDue(folder, 100, Date.now())).toBe(true);
  });

  test('in one go: signed by both, taken by the server, in use, and not due again', async () => {
    const [old, seen] = [loadHostKey(folder), [] as KeySuccession[]];
    const changed = await rotateKey(folder, 'host_1', server(seen));
    expect(changed).toMatchObject({ key: { id: loadHostKey(folder).id } });
    expect(loadHostKey(folder).id).not.toBe(old.id);
    expect(seen).toMatchObject([{ old_key: old.public_key, new_key: loadHostKey(folder).public_key }]);
    expect(seen.every((each) => isSuccession('host_1', each))).toBe(true);
    expect(readSuccessions(folder)).toEqual(seen);
    expect(isKeyDue(folder, 90, Date.now())).toBe(false);
  });
});

describe('whatever ends the agent, the same change goes on', () => {
  /** Each leaves the folder as it is after one more step. */
  const steps: [string, (seen: KeySuccession[]) => Promise<void>][] = [
    ['once the next key is made', async () => void loadNextHostKey(folder)],
    ['when the answer was lost', async (seen) => void (await rotateKey(folder, 'host_1', server(seen, false)))],
    [
      'once it is kept how one followed the other',
      async (seen) => {
        await rotateKey(folder, 'host_1', server(seen, false));
        keepSuccession(folder, seen[0] as KeySuccession);
      },
    ],
    [
      'once the next key is in use, and not yet forgotten as the next',
      async (seen) => {
        await rotateKey(folder, 'host_1', server(seen, false));
        keepSuccession(folder, seen[0] as KeySuccession);
        useNextHostKey(folder);
      },
    ],
  ];
  test.each(steps)('%s', async (_what, leave) => {
    const [old, seen] = [loadHostKey(folder).id, [] as KeySuccession[]];
    await leave(seen);
    const wanted = loadNextHostKey(folder).id;
    expect(isKeyDue(folder, 90, Date.now())).toBe(true);
    expect(await rotateKey(folder, 'host_1', server(seen))).toMatchObject({ key: { id: wanted } });
    expect(loadHostKey(folder).id).toBe(wanted);
    expect(wanted).not.toBe(old);
    expect(new Set(seen.map(({ new_key }) => new_key)).size).toBe(1);
    expect(readSuccessions(folder)).toHaveLength(1);
    expect(isKeyDue(folder, 90, Date.now())).toBe(false);
  });

  test('a server that refuses leaves the old key in use', async () => {
    const old = loadHostKey(folder).id;
    expect(await rotateKey(folder, 'host_1', server([], false))).toEqual({ reason: 'reset' });
    expect(loadHostKey(folder).id).toBe(old);
  });
});
