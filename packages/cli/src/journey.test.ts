import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anUpdate, aPackage, aPlanFor, enrolTestHost, type TestHost } from '../../server/test/test-host.ts';
import { startTestServer, type TestServer } from '../../server/test/test-server.ts';
import { type Run, runCli, scratchFolder } from './test-io.ts';

const FEEDS = fileURLToPath(new URL('../../server/src/feeds/fixtures/', import.meta.url));
const scratch = scratchFolder();
const key = join(scratch.path, 'id_ed25519');
let fleet: TestServer;
let host: TestHost;

beforeAll(async () => {
  fleet = await startTestServer();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
  host = await enrolTestHost(fleet, 'web-01');
  host.software = [aPackage('bash', '5.2.15-2'), aPackage('libthing', '1.0-1')];
  host.updates = [anUpdate('libthing', '1.0-1', '1.1-1')];
  await host.report();
  await fleet.settle();
  const { data } = await fleet.admin('listPeople', {});
  const { sign_in_url } = await fleet.admin('renewSignInLink', { params: { id: data[0]?.id ?? '' } });
  // The server is asked where it listens, not where the link of its origin leads.
  const link = sign_in_url.replace('http://localhost:7600', fleet.url);
  expect(await cli(['login'], link)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await fleet.close();
  scratch.remove();
});

function cli(args: string[], stdin?: string): Promise<Run> {
  return runCli(args, { env: { XDG_CONFIG_HOME: scratch.path }, ...(stdin === undefined ? {} : { stdin }) });
}
async function json(args: string[]) {
  const { out, err, code } = await cli([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${err}`);
  return JSON.parse(out);
}
async function theOrder(): Promise<Order> {
  const { orders } = await host.hear();
  if (orders[0] === undefined) throw new Error('no order came');
  return orders[0] as Order;
}

/** Answers as apt on the machine would. */
async function planAsTheHost(): Promise<void> {
  const [plan] = (await host.hear()).plans;
  expect((await host.post(AGENT_PATHS.plan, { id: plan?.id, answer: aPlanFor('libthing') })).status).toBe(204);
}

describe('the whole thread from a terminal, on the real server', () => {
  test('a first root: a key, and a signature over the root that names it', async () => {
    expect((await cli(['root', 'show'])).out).toContain('There is no trust root yet');
    expect(await cli(['key', 'add', `${key}.pub`])).toMatchObject({ code: 0 });
    const signed = await cli(['root', 'sign', '--key', key, '--yes']);
    expect(signed.err).toContain('This is the first root');
    expect(signed).toMatchObject({ code: 0 });
    expect((await json(['root', 'show'])).current.root.version).toBe(1);
    expect((await cli(['key', 'list'])).out).toMatch(/^ada\tssh\tyes\t/);
    expect((await cli(['root', 'sign', '--key', key, '--yes'])).err).toContain('nothing to sign');
  });

  test('what is missing, ranked and explained', async () => {
    const { data } = await json(['patch', 'list']);
    expect(data).toMatchObject([{ source: 'libthing', to_version: '1.1-1' }]);
    const [patch] = data;
    const explanation = await json(['patch', 'explain', patch.id]);
    const sum = explanation.factors.reduce((total: number, { points }: { points: number }) => total + points, 0);
    expect(sum).toBe(explanation.score);
    expect((await cli(['patch', 'explain', patch.id])).err).toBe('');
    expect((await cli(['patch', 'hosts', patch.id])).out).toContain('web-01\tmissing\tlibthing 1.0-1 → 1.1-1');
    expect((await cli(['finding', 'list', '--cve', 'CVE-2026-1111', '--check'])).code).toBe(3);
    expect((await cli(['finding', 'list', '--cve', 'CVE-1999-0001', '--check'])).code).toBe(0);
    expect((await cli(['advisory', 'hosts', 'CVE-2026-1111', '--check'])).code).toBe(3);
    expect((await cli(['advisory', 'show', 'CVE-1999-0001'])).code).toBe(1);
    expect((await cli(['host', 'show', 'web-01'])).out).toContain('Host\tweb-01');
    expect((await cli(['status'])).out).toContain('of 1');
  });

  test('a change: planned, refused before it is approved, approved, shipped, watched, verified, rolled back', async () => {
    const [patch] = (await json(['patch', 'list'])).data;
    const [created] = await Promise.all([
      cli(['change', 'create', patch.id, '--policy', 'standard', '--reason', 'it is exploited', '--wait', '--json']),
      planAsTheHost(),
    ]);
    const change = JSON.parse(created.out);
    expect(change).toMatchObject({ state: 'in_review' });

    const early = await cli(['rollout', 'start', change.id]);
    expect(early.code).toBe(5);
    expect(early.err).toContain('blocked_by: approval:');

    const plan = await cli(['change', 'diff', change.id]);
    expect(plan.out).toContain('libthing:amd64 1.0-1 → 1.1-1');
    const approved = await cli(['change', 'approve', change.id, '--key', key, '--yes']);
    expect(approved).toMatchObject({ code: 0 });
    expect(approved.err).toContain('libthing:amd64 1.0-1 → 1.1-1');
    expect((await cli(['change', 'approve', change.id, '--key', key, '--yes'])).code).toBe(5);

    const shipped = cli(['rollout', 'start', change.id, '--watch', '--timeout', '20s']);
    await host.finish(await theOrder());
    host.software = [aPackage('bash', '5.2.15-2'), aPackage('libthing', '1.1-1')];
    host.updates = [];
    await host.report();
    const watched = await shipped;
    expect(watched.code).toBe(0);
    const states = watched.out
      .split('\n')
      .filter((line) => line.includes('\thost\tweb-01'))
      .map((line) => line.split('\t')[3]);
    expect(states.at(-1)).toBe('verified');

    const [{ id }] = (await json(['rollout', 'list'])).data;
    expect((await cli(['rollout', 'show', id])).out).toContain('State\tsucceeded');
    const back = cli(['rollout', 'rollback', id, '--watch', '--timeout', '20s', '--reason', 'it is slow']);
    await host.finish(await theOrder());
    expect((await back).code).toBe(0);
    expect((await cli(['rollout', 'watch', id])).code).toBe(6);
    expect((await cli(['rollout', 'resume', id])).code).toBe(5);
  });

  test('numbers, and a log that proves itself offline', async () => {
    expect((await cli(['report', 'kpi'])).out.split('\n').filter(Boolean)).toHaveLength(3);
    const head = (await json(['audit', 'verify'])).head;
    const path = join(scratch.path, 'audit.ndjson');
    writeFileSync(path, (await cli(['audit', 'export'])).out);
    expect(await cli(['audit', 'verify', '--file', path, '--head', head])).toMatchObject({ code: 0 });
    expect((await cli(['audit', 'list', '--verb', 'change.approve'])).out).toContain('change/CH-1');
  });

  test('feeds from a folder, policies from a file, labels, people, tokens, the webhook', async () => {
    const imported = await cli(['feed', 'import', FEEDS]);
    expect(imported).toMatchObject({ code: 0, err: expect.stringContaining('loading kev') });
    expect((await cli(['feed', 'import', '--feed', 'kev', join(FEEDS, 'epss.csv')])).err).toContain('last good data');
    const yaml = 'kind: Policy\nname: web\nselect: role = web\n';
    expect((await cli(['policy', 'apply', '-', '--check'], yaml)).code).toBe(3);
    expect(await cli(['policy', 'apply', '-'], yaml)).toMatchObject({ code: 0 });
    expect((await cli(['policy', 'apply', '-', '--check'], yaml)).code).toBe(0);
    expect((await cli(['policy', 'check', '-'], 'kind: Policy\nname: web\nsellect: x\n')).code).toBe(1);
    expect((await cli(['host', 'label', 'web-01', 'role=web', 'env=prod', '--exposure', 'internet'])).out).toContain(
      'env=prod',
    );
    expect((await cli(['host', 'label', 'web-01', 'env-'])).out).not.toContain('env=');
    expect((await json(['policy', 'show', 'web'])).asset_count).toBe(1);
    expect((await cli(['host', 'list', '--filter', 'role = web and exposure = internet'])).out).toContain('web-01');
    expect((await cli(['host', 'list', '--filter', 'role ='])).code).toBe(1);
    // The command asks for a code, so it is of use only with one.
    expect((await cli(['host', 'enrol', 'env=dev'])).out).toMatch(
      /^(curl [\s\S]+)?sudo sh (fleetmend-agent\/)?install\.sh .+ <<'CODE'\n[\w-]{16,}\nCODE\n$/,
    );
    expect((await cli(['person', 'invite', 'Grace', '--role', 'approver'])).out).toMatch(/^http.*#/);
    expect((await cli(['person', 'list'])).out).toContain('Grace\tapprover');
    expect((await cli(['token', 'create', 'ci', '--permission', 'patches:read', '--days', '1'])).out).toMatch(/^fm_/);
    expect((await cli(['token', 'create', 'ci', '--permission', 'nonsense'])).code).toBe(1);
    expect((await cli(['webhook', 'show'])).err).toContain('nowhere');
    expect((await cli(['open', 'CH-1', '--print'])).out).toBe(`${fleet.url}/changes/CH-1\n`);
    expect((await json(['api', 'GET', 'patches'])).data).toBeInstanceOf(Array);
  });

  test('a token that may only read is refused: 4', async () => {
    const token = (await cli(['token', 'create', 'reader', '--permission', 'patches:read'])).out.trim();
    const env = { FLEETMEND_URL: fleet.url, FLEETMEND_TOKEN: token, XDG_CONFIG_HOME: '/nonexistent' };
    expect((await runCli(['patch', 'list'], { env })).code).toBe(0);
    const refused = await runCli(['audit', 'list'], { env });
    expect(refused.code).toBe(4);
    expect(refused.err).toContain('audit:read');
  });

  test('machines wait where people want that, are let in or turned away, and take their record back', async () => {
    expect((await cli(['host', 'approval'])).out).toBe('off\n');
    expect((await cli(['host', 'approval', 'perhaps'])).code).toBe(2);
    expect(await cli(['host', 'approval', 'on'])).toMatchObject({ code: 0, out: 'on\n' });
    await enrolTestHost(fleet, 'good-01');
    await enrolTestHost(fleet, 'bad-01');
    expect((await cli(['host', 'list', '--liveness', 'waiting'])).out.split('\n')).toHaveLength(3);
    expect((await cli(['host', 'approve', 'good-01'])).out).toBe('good-01 is let in.\n');
    expect((await cli(['host', 'approve', 'good-01'])).err).toContain('does not wait');
    expect((await cli(['host', 'reject', 'bad-01', '--yes'])).out).toBe('bad-01 is turned away.\n');
    expect((await cli(['host', 'list', '--liveness', 'waiting'])).out).toBe('');
    expect(await cli(['host', 'approval', 'off'])).toMatchObject({ code: 0, out: 'off\n' });
    expect((await cli(['host', 'enrol', '--as', 'good-01'])).out).toContain(' --again ');
    expect((await cli(['host', 'enrol', '--as', 'nobody'])).err).toContain('no machine');
    expect((await cli(['host', 'retire', 'good-01', '--yes'])).code).toBe(0);
  });

  test('many machines at once, a list of them, and two records of one', async () => {
    const old = await enrolTestHost(fleet, 'app-01');
    await old.report();
    expect((await cli(['host', 'edit', 'hostname = app-01', 'env=prod', '--owner', 'Ada', '--dry-run'])).out).toBe(
      '1 match, 1 would change\n',
    );
    expect((await cli(['host', 'edit', 'hostname = app-01', 'env=prod', '--owner', 'Ada', '--yes'])).out).toBe(
      '1 match, 1 changed\n',
    );
    expect((await cli(['host', 'edit', 'hostname = app-01'])).err).toContain('say what to set');
    const list = join(scratch.path, 'hosts.csv');
    writeFileSync(list, 'host,site\napp-01,north\nghost-01,south\n');
    expect((await cli(['host', 'import', list])).out).toContain('1 are enrolled, of which 1 changed');
    expect((await cli(['host', 'discovered', '--check'])).out).toContain('ghost-01\tsite=south');
    expect((await cli(['host', 'import', join(scratch.path, 'none.csv')])).err).toContain('cannot be read');

    await fleet.silence(old.asset);
    const fresh = await enrolTestHost(fleet, 'app-01');
    await fresh.report();
    const duplicates = await cli(['host', 'duplicates', '--check']);
    expect(duplicates).toMatchObject({ code: 3, out: expect.stringContaining('enrolled again') as string });
    expect((await cli(['host', 'list', '--liveness', 'silent'])).out).toContain('app-01');
    const merged = await cli(['host', 'merge', fresh.asset, old.asset, '--yes']);
    expect(merged.out).toContain(`app-01 (${old.asset}) is merged into app-01 (${fresh.asset})`);
    expect((await cli(['host', 'show', 'app-01'])).out).toContain('Owner\tAda');
    const id = merged.out.split(':')[0] ?? '';
    expect((await cli(['host', 'undo', id])).out).toContain('taken back');
    expect((await cli(['host', 'keep-apart', fresh.asset, old.asset])).out).toContain('kept apart');
    expect((await cli(['host', 'decisions'])).out.split('\n')).toHaveLength(3);
    expect((await cli(['host', 'duplicates', '--check'])).code).toBe(0);
    const from = new Date(Date.now() + 1000).toISOString();
    expect((await cli(['host', 'diff', fresh.asset, '--from', from])).err).toContain('Nothing changed');
  });

  test('retired hosts, revoked tokens', async () => {
    expect(await cli(['host', 'retire', 'web-01', '--yes'])).toMatchObject({ code: 0 });
    await expect(host.report()).rejects.toThrow('check-in: 401');
    expect(await cli(['logout'])).toMatchObject({ code: 0 });
    expect((await cli(['patch', 'list'])).code).toBe(4);
  });
});
