import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, openTestApp, type TestApp } from '../access/access-test-app.ts';
import { rows } from '../platform/database.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAudit } from './verify-audit.ts';

let app: TestApp;
let auditor: Browser;
beforeAll(async () => {
  app = await openTestApp();
  auditor = await app.signIn('Audra', ['auditor']);
});
afterAll(() => app.close());

const record = (object: string, detail: object = {}) => recordAudit(app.ctx(), { verb: 'test.write', object, detail });
const verify = async () => (await auditor.ask({ method: 'GET', path: '/api/v1/audit/verify' })).json();
const list = async (query: string) => (await auditor.ask({ method: 'GET', path: `/api/v1/audit?${query}` })).json();

/** What somebody with the database's own password can do: the triggers are in their way only until they say so. */
async function tamper(statement: ReturnType<typeof sql>): Promise<void> {
  await app.db.transaction().execute(async (trx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(trx);
    await statement.execute(trx);
  });
}

describe('writing', () => {
  test('many at once make one chain without gaps', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => record(`at-once/${i}`)));
    const log = await verify();
    expect(log).toMatchObject({ is_intact: true, broken_at: null });
    const entries = await rows(app.db, sql<{ sequence: number }>`SELECT sequence FROM audit_entry ORDER BY sequence`);
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, i) => i + 1));
    expect(log.entries).toBe(entries.length);
  });

  test('an entry stands or falls with its deed', async () => {
    const before = (await verify()).entries;
    const failing = app.db.transaction().execute(async (db) => {
      await recordAudit({ ...app.ctx(), db }, { verb: 'test.write', object: 'undone', detail: {} });
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect((await verify()).entries).toBe(before);
  });

  test('whatever a detail holds is kept as it was hashed', async () => {
    const detail = {
      b: 1,
      a: [null, true, { z: 'é🛠', y: -0 }],
      fraction: 1.5,
      huge: 1e300,
      large: 2 ** 60,
      nul: 'a\0b',
      lone: '\ud800x',
      gone: undefined,
      at: new Date(0),
      '': 'empty key',
      html: '<script>',
    };
    await record('odd/\0', detail);
    expect(await verify()).toMatchObject({ is_intact: true });
    const [entry] = (await list('object=odd/%EF%BF%BD')).data;
    expect(entry.detail).toEqual({
      b: 1,
      a: [null, true, { z: 'é🛠', y: 0 }],
      fraction: '1.5',
      huge: '1e+300',
      large: String(2 ** 60),
      nul: 'a\ufffdb',
      lone: '\ufffdx',
      at: '1970-01-01T00:00:00.000Z',
      '': 'empty key',
      html: '<script>',
    });
  });

  test('nothing is ever changed or taken away', async () => {
    for (const statement of [
      sql`UPDATE audit_entry SET actor = 'x'`,
      sql`DELETE FROM audit_entry`,
      sql`TRUNCATE audit_entry`,
    ]) {
      await expect(statement.execute(app.db)).rejects.toThrow('only ever added to');
    }
  });
});

describe('reading', () => {
  test('newest first, by object and verb, page by page', async () => {
    for (let i = 0; i < 5; i++) await record('paged');
    const first = await list('object=paged&limit=3');
    const second = await list(`object=paged&limit=3&cursor=${first.next_cursor}`);
    const sequences = [...first.data, ...second.data].map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => b - a));
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([3, 2, null]);
    expect((await list('verb=session.open')).data[0]).toMatchObject({ actor: 'Audra', verb: 'session.open' });
    expect((await list('verb=nothing')).data).toEqual([]);
    expect((await list('cursor=nonsense')).code).toBe('invalid');
  });
});

describe('tampering is found', () => {
  beforeEach(async () => {
    for (let i = 0; i < 6; i++) await record(`tampered/${i}`, { i });
  });

  test('a chain longer than is read at once is checked to its end', async () => {
    for (let i = 0; i < 2100; i += 700) {
      await app.db.transaction().execute(async (db) => {
        for (let k = 0; k < 700; k++)
          await recordAudit({ ...app.ctx(), db }, { verb: 'test.write', object: 'long', detail: {} });
      });
    }
    const [last] = await rows(
      app.db,
      sql<{ sequence: number; hash: string }>`SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1`,
    );
    expect(await verifyAudit(app.ctx())).toMatchObject({ is_intact: true, entries: last?.sequence, head: last?.hash });
  });

  test('an entry altered, moved or removed; and it stays found until it is put back', async () => {
    const { entries } = await verify();
    const at = entries - 3;
    await tamper(sql`UPDATE audit_entry SET actor = 'Eve' WHERE sequence = ${at}`);
    expect(await verify()).toMatchObject({ is_intact: false, broken_at: at });
    await tamper(sql`UPDATE audit_entry SET actor = 'test' WHERE sequence = ${at}`);
    expect((await verify()).is_intact).toBe(true);
    await tamper(sql`UPDATE audit_entry SET at = at + interval '1 second' WHERE sequence = ${at}`);
    expect((await verify()).broken_at).toBe(at);
    await tamper(sql`UPDATE audit_entry SET at = at - interval '1 second' WHERE sequence = ${at}`);
    await tamper(sql`UPDATE audit_entry SET detail = '{"i": 99}' WHERE sequence = ${at + 1}`);
    expect((await verify()).broken_at).toBe(at + 1);
    await tamper(sql`DELETE FROM audit_entry WHERE sequence = ${at}`);
    expect((await verify()).broken_at).toBe(at);
  });
});
