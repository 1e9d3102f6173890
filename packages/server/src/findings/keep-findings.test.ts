import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceAdvisories } from '../advisories/test-advisories.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import { openDatabase, rows } from '../platform/database.ts';
import { type JobRunner, runJobs } from '../platform/jobs.ts';
import { findingsJobs } from './finding.jobs.ts';
import { tryLockFindings } from './finding.store.ts';
import { keepFindings } from './keep-findings.ts';
import { aSoftware, enrol, report } from './test-assets.ts';

let test_: TestContext;
beforeEach(async () => {
  test_ = await openTestContext();
});
afterEach(() => test_.close());

const publish = (fixed: string) =>
  replaceAdvisories(test_.ctx, 'osv', [
    {
      id: 'DSA-1',
      vulnerabilities: ['CVE-2026-1'],
      affected: [
        {
          ecosystem: 'Debian:12',
          package: 'curl',
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
          versions: [],
          severity: null,
        },
      ],
    },
  ]);

/** Machines of which each has a version of its own. */
async function fleet(size: number): Promise<string[]> {
  const assets: string[] = [];
  for (let at = 0; at < size; at++) {
    const asset = await enrol(test_.ctx, `host-${at}`);
    await report(test_.ctx, asset, `host-${at}`, { software: [aSoftware('curl', `7.${at}-1`)], updates: [] });
    assets.push(asset);
  }
  return assets;
}

async function open(): Promise<string[]> {
  const found = await rows(
    test_.ctx.db,
    sql<{ hostname: string }>`SELECT a.hostname FROM finding f JOIN inventory_asset a ON a.id = f.asset
      WHERE f.cleared_at IS NULL ORDER BY length(hostname), hostname`,
  );
  return found.map(({ hostname }) => hostname);
}

async function waiting(): Promise<{ asset: string; failures: number }[]> {
  return rows(
    test_.ctx.db,
    sql<{ asset: string; failures: number }>`SELECT asset, failures FROM inventory_stirred ORDER BY id`,
  );
}

async function keepAll(): Promise<void> {
  while (await keepFindings(test_.ctx));
}

describe('keepFindings', () => {
  test('has done everything once it says that there is nothing more, and then does nothing', async () => {
    await publish('7.3-1');
    await fleet(5);
    await keepAll();
    expect(await open()).toEqual(['host-0', 'host-1', 'host-2']);
    expect(await waiting()).toEqual([]);
    await publish('7.1-1');
    await keepAll();
    expect(await open()).toEqual(['host-0']);
    expect(await keepFindings(test_.ctx)).toBe(false);
  });

  test('leaves what is due to the process that is at it', async () => {
    await fleet(1);
    await test_.ctx.db.transaction().execute(async (other) => {
      expect(await tryLockFindings(other)).toBe(true);
      expect(await keepFindings(test_.ctx)).toBe(false);
      expect(await waiting()).toHaveLength(1);
    });
    expect(await keepFindings(test_.ctx)).toBe(true);
    expect(await waiting()).toEqual([]);
  });

  test('puts off a machine that cannot be computed, and computes all others', async () => {
    await publish('7.9-1');
    const [bad = ''] = await fleet(3);
    await sql`UPDATE inventory_asset SET facts = '{"os":{"id":5}}' WHERE id = ${bad}`.execute(test_.ctx.db);
    await keepAll();
    expect(await open()).toEqual(['host-1', 'host-2']);
    expect(await waiting()).toEqual([{ asset: bad, failures: 1 }]);
    await requestFindings(test_.ctx, [bad]);
    await keepAll();
    expect((await waiting()).map(({ failures }) => failures)).toEqual([2, 1]);
  });

  test('in two processes at once comes to the same, while machines report and advisories change', async () => {
    const machines = await fleet(40);
    const processes = [1, 2].map(() => openDatabase(test_.url, 6));
    const runners: JobRunner[] = [];
    const told: unknown[] = [];
    const log = test_.ctx.log.child({}, { level: 'warn' });
    log.error = log.warn = (...said: unknown[]) => void told.push(said);
    try {
      for (const { db, pool } of processes)
        runners.push(
          await runJobs(findingsJobs, { db, pool, log, settings: { ...test_.ctx.settings }, server: 'test' }),
        );
      for (const fixed of ['7.5-1', '7.30-1', '7.20-1']) {
        await publish(fixed);
        for (const [at, asset] of machines.entries())
          if (at % 4 === 0) await report(test_.ctx, asset, `host-${at}`, { software: [aSoftware('curl', '7.99-1')] });
      }
      const expected = machines.map((_, at) => `host-${at}`).filter((_, at) => at < 20 && at % 4 !== 0);
      await expect.poll(open, { timeout: 20_000 }).toEqual(expected);
      await expect.poll(waiting, { timeout: 20_000 }).toEqual([]);
    } finally {
      for (const runner of runners) await runner.close();
      for (const { close } of processes) await close();
    }
    expect(told).toEqual([]);
    const twice = await rows(
      test_.ctx.db,
      sql`SELECT FROM finding WHERE cleared_at IS NULL GROUP BY asset HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
  });
});
