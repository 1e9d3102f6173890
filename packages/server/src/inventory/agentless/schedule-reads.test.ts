import { SSH_READ_SECONDS } from '@fleetmend/domain/inventory/liveness.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../../advisories/test-context.ts';
import { nextDue, readDueHosts } from './schedule-reads.ts';
import { openSshAuthority } from './ssh-authority.ts';
import { insertSshHost, listSshHostRows } from './ssh-host.store.ts';
import { openSshLogins } from './ssh-logins.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

describe('when a machine is read', () => {
  const now = new Date('2026-11-25T10:00:00.000Z');
  const ids = Array.from({ length: 500 }, (_, at) => `host_${at}`);
  const waits = ids.map((id) => (nextDue(id, now).getTime() - now.getTime()) / 1000);

  test('is after now, within the interval, and at its own time in every interval', () => {
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(SSH_READ_SECONDS);
    for (const id of ids.slice(0, 20)) {
      const due = nextDue(id, now);
      expect(nextDue(id, due).getTime() - due.getTime()).toBe(SSH_READ_SECONDS * 1000);
    }
  });

  test('is spread over the interval', () => {
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => waits.filter((wait) => Math.floor((wait * 10) / SSH_READ_SECONDS) === tenth).length,
    );
    expect(Math.min(...tenths)).toBeGreaterThan(20);
  });
});

test('of several server processes one tries a machine that is due, and none one that is not', async () => {
  const { ctx } = test_;
  for (let at = 0; at < 12; at++) {
    // Nobody listens on port 1: a try is told, and costs nothing.
    const host = { asset: `host_${at}`, name: `h${at}`, address: '127.0.0.1', port: 1, user_name: 'x' };
    await insertSshHost(ctx.db, { ...host, expected_fingerprint: null, added_by: 'a test' }, {}, ctx.now);
  }
  const means = () => ({ logins: openSshLogins(), quotas: new Map() });
  const events = async () =>
    (
      await sql<{ count: number }>`SELECT count(*)::integer AS count FROM inventory_event WHERE kind = 'ssh'`.execute(
        ctx.db,
      )
    ).rows[0]?.count;
  await Promise.all([readDueHosts(ctx, means()), readDueHosts(ctx, means()), readDueHosts(ctx, means())]);
  const tried = await listSshHostRows(ctx.db, null, 100);
  expect(tried.map(({ problem }) => problem)).toEqual(Array(12).fill('unreachable'));
  expect(await events()).toBe(12);
  await readDueHosts(ctx, means());
  expect((await listSshHostRows(ctx.db, null, 100)).map(({ tried_at }) => tried_at)).toEqual(
    tried.map(({ tried_at }) => tried_at),
  );
});

test('the authority is one for all processes on a database, and cannot be read without the data folder', async () => {
  const { db, settings } = test_.ctx;
  const [one, two] = await Promise.all([
    openSshAuthority(db, settings.data_dir),
    openSshAuthority(db, settings.data_dir),
  ]);
  expect(one.publicKey).toBe(two.publicKey);
  const { rows } = await sql<{ sealed: Buffer }>`SELECT sealed FROM inventory_ssh_authority`.execute(db);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.sealed.toString('latin1')).not.toMatch(/PRIVATE KEY|MC4CAQ/);
  await expect(openSshAuthority(db, `${settings.data_dir}/elsewhere`)).rejects.toThrow();
});
