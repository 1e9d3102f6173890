import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSecretBox } from './secret-box.ts';

const place = { row: 'webhook_1', column: 'notification_webhook.secret' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetmend-secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the box', () => {
  test('opens what it sealed, also after a restart', async () => {
    const sealed = (await openSecretBox(folder)).seal('whsec_üñí', place);
    expect((await openSecretBox(folder)).open(sealed, place)).toBe('whsec_üñí');
  });

  test('seals the same secret differently each time, and shows nothing of it', async () => {
    const box = await openSecretBox(folder);
    const [one, two] = [box.seal('canary-canary', place), box.seal('canary-canary', place)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('canary')).toBe(false);
  });

  test('an empty secret is a secret', async () => {
    const box = await openSecretBox(folder);
    expect(box.open(box.seal('', place), place)).toBe('');
  });

  test.each([
    ['another row', { ...place, row: 'webhook_2' }],
    ['another column', { ...place, column: 'notification_webhook.url' }],
    ['row and column shifted', { row: 'webhook_1notification_webhook', column: 'secret' }],
  ])('does not open for %s', async (_what, other) => {
    const box = await openSecretBox(folder);
    expect(box.open(box.seal('secret', place), other)).toBeNull();
  });

  test('does not open anything altered, at any byte, or cut, at any length', async () => {
    const box = await openSecretBox(folder);
    const sealed = box.seal('secret', place);
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed);
      altered[i] = (altered[i] ?? 0) ^ 1;
      expect(box.open(altered, place)).toBeNull();
      expect(box.open(sealed.subarray(0, i), place)).toBeNull();
    }
  });

  test('does not open with the key of another folder', async () => {
    const sealed = (await openSecretBox(folder)).seal('secret', place);
    await rm(join(folder, 'secret.key'));
    expect((await openSecretBox(folder)).open(sealed, place)).toBeNull();
  });
});

describe('the key file', () => {
  test('is the owner’s alone, and nothing else is left beside it', async () => {
    await openSecretBox(folder);
    const { mode, size } = await stat(join(folder, 'secret.key'));
    expect([mode & 0o777, size, await readdir(folder)]).toEqual([0o600, 32, ['secret.key']]);
  });

  test('is one, however many open the folder at once', async () => {
    const boxes = await Promise.all(Array.from({ length: 20 }, () => openSecretBox(folder)));
    const sealed = boxes[0]?.seal('secret', place) ?? Buffer.alloc(0);
    expect(boxes.map((box) => box.open(sealed, place))).toEqual(boxes.map(() => 'secret'));
    expect(await readdir(folder)).toEqual(['secret.key']);
  });

  test('open to others is refused', async () => {
    await openSecretBox(folder);
    await chmod(join(folder, 'secret.key'), 0o640);
    await expect(openSecretBox(folder)).rejects.toThrow('can be read by others');
  });

  test.each([0, 31, 33])('of %i bytes is refused and left as it is', async (length) => {
    await writeFile(join(folder, 'secret.key'), Buffer.alloc(length), { mode: 0o600 });
    await expect(openSecretBox(folder)).rejects.toThrow('does not hold 32 bytes');
    expect(await readFile(join(folder, 'secret.key'))).toHaveLength(length);
  });

  test('that is a link is not followed', async () => {
    await writeFile(join(folder, 'elsewhere'), Buffer.alloc(32), { mode: 0o600 });
    await symlink(join(folder, 'elsewhere'), join(folder, 'secret.key'));
    await expect(openSecretBox(folder)).rejects.toThrow();
  });
});
