import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { insertAsset } from '../inventory/inventory.store.ts';
import type { Db } from '../platform/database.ts';
import { listKpis } from './list-kpis.ts';

const NOW = '2026-11-23T12:00:00.000Z';
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

let context: TestContext;
let db: Db;
beforeAll(async () => {
  context = await openTestContext(NOW);
  db = context.ctx.db;
});
afterAll(() => context.close());
beforeEach(async () => {
  await sql`TRUNCATE inventory_asset, inventory_update_set, patch, change_request, finding CASCADE`.execute(db);
});

async function kpi(id: string) {
  const found = (await listKpis(context.ctx)).find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

async function aMachine(id: string): Promise<void> {
  await insertAsset(
    db,
    { id, hostname: id, machine_id: id, key_id: id, spki: Buffer.from(id), labels: {} },
    context.ctx.now,
  );
}

let next = 0;
/** A rollout of these patches, with the part of each machine as it ended. */
async function aRollout(
  patches: string[],
  parts: { asset: string; state: string; offered?: boolean; effective_at?: string }[],
): Promise<string> {
  next += 1;
  const [change, rollout] = [`CH-${next}`, `RO-${next}`];
  const wanted = JSON.stringify(patches.map((id) => ({ id, title: id })));
  await sql`INSERT INTO change_request (id, number, title, reason, state, author, author_name, policy, policy_sha256, spec, patches,
      accepts_no_rollback, created_at, document, digest)
    VALUES (${change}, ${next}, '', '', 'done', 'p', 'P', 'standard', '', '{}', ${wanted}::jsonb, false, ${NOW}, '{}', ${String(next)})`.execute(
    db,
  );
  await sql`INSERT INTO rollout (id, number, change, state, ring, accepted_failures, started_at, finished_at)
    VALUES (${rollout}, ${next}, ${change}, 'succeeded', 0, 0, ${NOW}, ${NOW})`.execute(db);
  for (const { asset, state, offered = true, effective_at = null } of parts) {
    await sql`INSERT INTO rollout_deployment (rollout, asset, ring, state, attempt, detail, since, is_installed, needs_reboot, effective_at)
      VALUES (${rollout}, ${asset}, 0, ${state}, 1, '', ${NOW}, false, false, ${effective_at})`.execute(db);
    const order = Buffer.from(`${rollout} ${asset}`.padEnd(32, ' ')).toString('hex').slice(0, 64);
    await sql`INSERT INTO deployment_order (id, rollout, change, asset, step, attempt, state, stale_before, issued_at, offered_at)
      VALUES (${order}, ${rollout}, ${change}, ${asset}, 'install', 1, ${offered ? 'offered' : 'pending'}, '[]', ${NOW},
        ${offered ? NOW : null}::timestamptz)`.execute(db);
  }
  return rollout;
}

async function aPatch(id: string, source: string, offers: Record<string, string>): Promise<void> {
  await sql`INSERT INTO patch (id, number, ecosystem, source, to_version, packages, origins, is_security, first_seen_at)
    VALUES (${id}, ${Number(id.slice(2))}, 'deb', ${source}, '1.1-1', '[]', '{}', true, ${hoursAgo(1000)})`.execute(db);
  for (const [asset, at] of Object.entries(offers)) {
    await sql`INSERT INTO patch_offer (patch, asset, release, first_offered_at) VALUES (${id}, ${asset}, 'debian:12', ${at})`.execute(
      db,
    );
  }
}

async function aFinding(
  asset: string,
  source: string,
  vulnerability: string | null,
  times: { available?: string; cleared?: string; because?: string },
): Promise<void> {
  next += 1;
  await sql`INSERT INTO finding (id, asset, ecosystem, source, vulnerability, package, architecture, installed_version, evidence, detected_at,
      patch_available_at, cleared_at, cleared_because)
    VALUES (${`fnd_${next}`}, ${asset}, 'deb', ${source}, ${vulnerability}, ${source}, 'amd64', '1.0-1', '[]', ${hoursAgo(1000)},
      ${times.available ?? null}::timestamptz, ${times.cleared ?? null}::timestamptz,
      ${times.cleared === undefined ? null : (times.because ?? 'fixed')})`.execute(db);
}

describe('patch success rate', () => {
  test('counts attempts that ended, and publishes the others apart', async () => {
    const states = [
      'verified',
      'verified',
      'failed',
      'refused',
      'unreachable',
      'unreachable',
      'rolled_back',
      'observing',
      'queued',
      'skipped',
    ];
    for (const i of states.keys()) await aMachine(`m${i}`);
    // The sixth never heard of it: offline, not timed out.
    await aRollout(
      [],
      states.map((state, i) => ({
        asset: `m${i}`,
        state,
        offered: i !== 5 && state !== 'queued' && state !== 'skipped',
      })),
    );
    const rate = await kpi('patch_success_rate');
    expect(rate).toMatchObject({ value: 33.33, numerator: 2, denominator: 6, unit: 'percent' });
    expect(rate.definition).toContain('Not in it: 2 under way, 1 offline, 1 not attempted.');
    expect(rate.rows.map(({ counted }) => counted).sort()).toEqual([
      'failed',
      'failed',
      'not attempted',
      'offline',
      'open',
      'open',
      'rolled back',
      'timed out',
      'verified',
      'verified',
    ]);
  });
});

describe('time to patch', () => {
  test('of patches that a rollout shipped, from when each machine was first offered them', async () => {
    await aMachine('a');
    await aMachine('b');
    await aPatch('P-1', 'openssl', { a: hoursAgo(10), b: hoursAgo(6) });
    await aPatch('P-2', 'zlib', { a: hoursAgo(4) });
    await aRollout(
      ['P-1', 'P-2'],
      [
        { asset: 'a', state: 'verified', effective_at: hoursAgo(2) },
        // In effect, though a gate failed afterwards.
        { asset: 'b', state: 'failed', effective_at: hoursAgo(1) },
      ],
    );
    const time = await kpi('time_to_patch');
    expect(time).toMatchObject({
      unit: 'seconds',
      value: 5 * 3600,
      median: 5 * 3600,
      p90: 8 * 3600,
      numerator: null,
      denominator: 3,
    });
    expect(time.rows).toEqual([
      { subject: 'openssl 1.1-1 on b', counted: 'in effect', value: 5 * 3600, at: hoursAgo(1) },
      { subject: 'openssl 1.1-1 on a', counted: 'in effect', value: 8 * 3600, at: hoursAgo(2) },
      { subject: 'zlib 1.1-1 on a', counted: 'in effect', value: 2 * 3600, at: hoursAgo(2) },
    ]);
  });

  test.each(['rolled_back', 'rolling_back'])('what is %s is not in it, nor what it had fixed', async (state) => {
    await aMachine('a');
    await aPatch('P-1', 'openssl', { a: hoursAgo(10) });
    await aFinding('a', 'openssl', 'CVE-1', { available: hoursAgo(10), cleared: hoursAgo(2) });
    await aRollout(['P-1'], [{ asset: 'a', state, effective_at: hoursAgo(2) }]);
    expect(await kpi('time_to_patch')).toMatchObject({ value: null, denominator: null, rows: [] });
  });

  test('shipped again after it was taken back, it counts once', async () => {
    await aMachine('a');
    await aPatch('P-1', 'openssl', { a: hoursAgo(10) });
    await aRollout(['P-1'], [{ asset: 'a', state: 'rolled_back', effective_at: hoursAgo(8) }]);
    await aRollout(['P-1'], [{ asset: 'a', state: 'verified', effective_at: hoursAgo(3) }]);
    expect((await kpi('time_to_patch')).rows).toMatchObject([{ value: 7 * 3600 }]);
  });

  test('a security fix by another way is one patch however many vulnerabilities it clears', async () => {
    await aMachine('a');
    for (const cve of ['CVE-1', 'CVE-2', 'CVE-3'])
      await aFinding('a', 'openssl', cve, { available: hoursAgo(6), cleared: hoursAgo(2) });
    await aFinding('a', 'zlib', null, { available: hoursAgo(5), cleared: hoursAgo(2) });
    expect((await kpi('time_to_patch')).rows.map(({ subject, value }) => [subject, value])).toEqual([
      ['openssl on a', 4 * 3600],
      ['zlib on a', 3 * 3600],
    ]);
  });

  test('what a rollout shipped is not counted again by what it fixed', async () => {
    await aMachine('a');
    await aPatch('P-1', 'openssl', { a: hoursAgo(10) });
    await aFinding('a', 'openssl', 'CVE-1', { available: hoursAgo(10), cleared: hoursAgo(2) });
    await aRollout(['P-1'], [{ asset: 'a', state: 'verified', effective_at: hoursAgo(2) }]);
    // A later fix of the same package, by another way, is another patch.
    await aFinding('a', 'openssl', 'CVE-9', { available: hoursAgo(1.5), cleared: hoursAgo(1) });
    expect((await kpi('time_to_patch')).rows.map(({ subject, value }) => [subject, value])).toEqual([
      ['openssl on a', 1800],
      ['openssl 1.1-1 on a', 8 * 3600],
    ]);
  });

  test.each([
    ['never had a patch', { cleared: hoursAgo(1) }],
    ['went with its package', { available: hoursAgo(5), cleared: hoursAgo(1), because: 'removed' }],
    ['is no longer said', { available: hoursAgo(5), cleared: hoursAgo(1), because: 'no_longer_said' }],
    ['went with its machine', { available: hoursAgo(5), cleared: hoursAgo(1), because: 'retired' }],
    ['is still open', { available: hoursAgo(5) }],
  ])('a finding that %s is no patch in effect', async (_what, times) => {
    await aMachine('a');
    await aFinding('a', 'openssl', 'CVE-1', times);
    expect(await kpi('time_to_patch')).toMatchObject({ value: null, rows: [] });
  });
});

describe('compliance rate', () => {
  async function report(
    id: string,
    given: { at?: string; lists?: string | null; security?: string[]; other?: string[] },
  ): Promise<void> {
    await aMachine(id);
    const updates = [
      ...(given.security ?? []).map((source) => ({ source, is_security: true })),
      ...(given.other ?? []).map((source) => ({ source, is_security: false })),
    ];
    const digest = Buffer.from(id.padEnd(32, '.'));
    await sql`INSERT INTO inventory_update_set (digest, updates, created_at) VALUES (${digest}, ${JSON.stringify(updates)}::jsonb, ${NOW})`.execute(
      db,
    );
    const facts = JSON.stringify({ lists_refreshed_at: given.lists === undefined ? hoursAgo(1) : given.lists });
    await sql`UPDATE inventory_asset SET updates_digest = ${digest}, updates_at = ${given.at ?? hoursAgo(1)}, facts = ${facts}::jsonb WHERE id = ${id}`.execute(
      db,
    );
  }
  const rows = async () =>
    Object.fromEntries((await kpi('compliance_rate')).rows.map(({ subject, counted }) => [subject, counted]));

  test('by machine', async () => {
    await report('clean', {});
    await report('bugfixes', { other: ['bash', 'vim'] });
    await report('one', { security: ['openssl', 'openssl'] });
    await report('two', { security: ['openssl', 'zlib'], other: ['vim'] });
    await report('silent', { at: hoursAgo(25) });
    await report('old-lists', { lists: hoursAgo(30) });
    await report('no-lists', { lists: null });
    await report('old-lists-missing', { lists: hoursAgo(30), security: ['openssl'] });
    await aMachine('never');
    // Installed, but a report still shows what it fixes: it waits for its restart.
    await report('restart', {});
    await aFinding('restart', 'linux', 'CVE-1', { available: hoursAgo(5) });
    // Nobody offers a fix: nothing that patching could do.
    await report('no-fix', {});
    await aFinding('no-fix', 'linux', 'CVE-1', {});
    expect(await rows()).toEqual({
      clean: 'compliant',
      bugfixes: 'compliant',
      'no-fix': 'compliant',
      one: 'not compliant: 1 open',
      two: 'not compliant: 2 open',
      restart: 'not compliant: 1 open',
      'old-lists-missing': 'not compliant: 1 open',
      silent: 'unknown',
      'old-lists': 'unknown',
      'no-lists': 'unknown',
      never: 'unknown',
    });
    const rate = await kpi('compliance_rate');
    expect(rate).toMatchObject({ value: 42.85, numerator: 3, denominator: 7 });
    expect(rate.definition).toContain('Unknown and in neither: 4 of 11 machines (36.36 %).');
  });

  test('retired machines are in nothing', async () => {
    await report('gone', { security: ['openssl'] });
    await sql`UPDATE inventory_asset SET retired_at = ${NOW}`.execute(db);
    expect(await kpi('compliance_rate')).toMatchObject({ value: null, numerator: null, denominator: null, rows: [] });
  });
});
