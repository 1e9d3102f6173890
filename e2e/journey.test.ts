import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConsole } from '../scripts/start/build-console.ts';
import type { Host } from './lab/host.ts';
import { canRunLab } from './lab/lab-obstacle.ts';
import { CHROMIUM, type Console, openConsole } from './support/console.ts';
import { type LabFleet, runsOf, startLabFleet, versionOf } from './support/lab-fleet.ts';
import { newKey, type Person, signIn, withToken } from './support/person.ts';
import { until } from './support/until.ts';

const canRun = canRunLab('the journey of one patch on a booted host') && CHROMIUM !== undefined;
if (CHROMIUM === undefined) process.stderr.write('\n!!! SKIPPED: the journey of one patch: no Chromium\n\n');

const POLICY = `kind: Policy
name: web-servers
select: role = web
gates:
  - {kind: systemd, unit: pmhello.service}
`;

/** One patch, from the repository that publishes it to the machine that has it and has it no more, as people see it. */
describe.skipIf(!canRun)('the journey of one patch', () => {
  let fleet: LabFleet;
  let host: Host;
  let console: Console;
  let olga: Person;
  let patch = '';
  let change = '';
  let rollout = '';

  beforeAll(async () => {
    await buildConsole(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''), new AbortController().signal);
    fleet = await startLabFleet();
    await fleet.repository.publish('1.0-1');
    [host, console] = await Promise.all([fleet.bootHost('web-01', ['pmhello=1.0-1']), openConsole()]);
  });
  afterAll(async () => {
    await console?.close();
    await fleet?.close();
  });

  test('the printed link signs in once; the overview says what comes first', async () => {
    const { page, look } = console;
    await page.goto(fleet.server.signInLink);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await look('01-overview-first-run');
    const again = await fetch(`${fleet.server.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token: new URL(fleet.server.signInLink).hash.slice(1) }),
    });
    expect(again.status).toBe(401);
  });

  test('a passkey is registered and signs the trust root', async () => {
    const { page, look } = console;
    await page.goto(`${origin()}/settings`);
    await page.getByRole('button', { name: 'Register a passkey' }).click();
    await page.getByLabel('Name').fill('test authenticator');
    await page.getByRole('button', { name: 'Register this passkey' }).click();
    await page.getByText('test authenticator').first().waitFor();
    await page.getByRole('button', { name: 'Sign version 1' }).click();
    await page.getByRole('button', { name: 'Sign version 1 with a passkey' }).click();
    await page.getByText('In the trust root').waitFor();
    await look('02-settings-trust-root');
  });

  test('an operator who is invited makes a code, and the machine enrols with it', async () => {
    const admin = await sessionOf(console);
    const { sign_in_url } = await admin('invitePerson', { body: { name: 'Olga', roles: ['operator'] } });
    olga = await signIn(fleet.server.url, sign_in_url);
    await olga.call('putPolicy', { params: { name: 'web-servers' }, body: { yaml: POLICY } });
    const { code, command } = await olga.call('createEnrolmentCode', { body: { labels: { role: 'web' } } });
    // Arguments can be read by every process; the code stands on a line of its own, which is standard input.
    expect(command.split('\n').filter((line) => line.includes(code))).toEqual([code]);
    const { current } = await olga.call('readTrustRoot', {});
    await fleet.enrol(host, code, current?.digest ?? '');
    const asset = await until('the first report', async () => {
      const { data } = await olga.call('listAssets', {});
      const [first] = data;
      // The networked half may report before it has heard of the other: that is a second later.
      return first?.facts?.agent?.mode === 'apply' && first.package_count ? first : null;
    });
    expect(asset).toMatchObject({
      hostname: 'web-01',
      state: 'patched',
      facts: { agent: { mode: 'apply' }, os: { codename: 'bookworm' } },
    });
    const { page, look } = console;
    await page.goto(`${origin()}/assets/web-01`);
    await page.getByRole('heading', { name: 'web-01' }).waitFor();
    await look('03-asset-patched');
  });

  test('the repository publishes a fixed version, and the patch appears, explained', async () => {
    await fleet.repository.publish('1.1-1', { security: true, cves: ['CVE-2026-4711'], needs_reboot: true });
    const found = await until('the patch', async () =>
      (await olga.call('listPatches', { query: { security: 'true' } })).data.find(
        ({ vulnerabilities }) => vulnerabilities.length > 0,
      ),
    );
    patch = found.id;
    expect(found).toMatchObject({
      source: 'pmhello',
      to_version: '1.1-1',
      vulnerabilities: ['CVE-2026-4711'],
      counts: { missing: 1, total: 1 },
    });
    const { score, factors } = await olga.call('explainPatch', { params: { id: patch } });
    expect(factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);
    const listed = (await host.must(['apt', 'list', '--upgradable']))
      .split('\n')
      .filter((line) => line.includes('/'))
      .map((line) => line.split('/')[0]);
    const names = (await olga.call('listPatches', {})).data.flatMap(({ packages }) => packages.map(({ name }) => name));
    // The host's own lists are older than ours: it has not asked its mirror since.
    await host.must(['apt-get', '-q', 'update']);
    expect(listed).toEqual([]);
    const now = (await host.must(['apt', 'list', '--upgradable']))
      .split('\n')
      .filter((line) => line.includes('/'))
      .map((line) => line.split('/')[0]);
    expect(names).toEqual(now);
    const { page, look } = console;
    await page.goto(`${origin()}/patches`);
    await page.getByRole('link', { name: 'pmhello' }).first().waitFor();
    await look('04-patches');
    await page.goto(`${origin()}/patches/${patch}`);
    await page.getByText('CVE-2026-4711').first().waitFor();
    await look('05-patch-explained');
  });

  test('the operator asks for it; the machine computes the exact plan; a person approves it with a passkey', async () => {
    change = (
      await olga.call('createChange', {
        body: { patches: [patch], policy: 'web-servers', reason: 'CVE-2026-4711' },
        idempotencyKey: newKey(),
      })
    ).id;
    const planned = await until('the plan', async () => {
      const read = await olga.call('readChange', { params: { id: change } });
      return read.state === 'planning' ? null : read;
    });
    expect(planned).toMatchObject({
      state: 'in_review',
      document: {
        targets: [
          { operations: [{ package: 'pmhello', from: '1.0-1', to: '1.1-1' }], rollback: { class: 'downgrade' } },
        ],
      },
    });
    const { page, look } = console;
    await page.goto(`${origin()}/changes/${change}`);
    await page
      .getByRole('button', { name: /^Approve the plan/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await look('06-change-approve');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /with a passkey$/ })
      .click();
    await until(
      'the approval',
      async () => (await olga.call('readChange', { params: { id: change } })).state === 'approved',
    );
    await page.getByRole('button', { name: /^Start the rollout/ }).waitFor();
    await look('07-change-approved');
  });

  test('it is installed, the machine reboots, the gate passes, and a later report verifies it', async () => {
    const boots = host.boots();
    const { page, look } = console;
    await page.getByRole('button', { name: /^Start the rollout/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Start the rollout/ })
      .click();
    await page.waitForURL(/\/rollouts\//);
    rollout = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await look('08-rollout-running');
    const done = await until(
      'the end of the rollout',
      async () => {
        const read = await olga.call('readRollout', { params: { id: rollout } });
        return read.state === 'running' ? null : read;
      },
      120,
    );
    expect(done).toMatchObject({
      state: 'succeeded',
      deployments: [{ state: 'verified' }],
      gates: [{ verdict: 'pass' }],
    });
    await host.waitForBoot(boots + 1);
    expect(await versionOf(host, 'pmhello')).toBe('1.1-1 ii');
    expect(await runsOf(host, 'pmhello')).toEqual(['1.0-1', '1.1-1']);
    await page.getByText('Done').first().waitFor();
    await look('09-rollout-done');
  });

  test('it is taken back as planned, and the machine says so', async () => {
    const { page, look } = console;
    await page
      .getByRole('button', { name: /^Roll back/ })
      .first()
      .click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Roll back/ })
      .click();
    await until(
      'the rollback',
      async () => (await olga.call('readRollout', { params: { id: rollout } })).state === 'rolled_back',
      120,
    );
    // What the gates measured stays true, whatever has been taken back since.
    expect((await olga.call('readRollout', { params: { id: rollout } })).gates).toMatchObject([{ verdict: 'pass' }]);
    expect(await versionOf(host, 'pmhello')).toBe('1.0-1 ii');
    expect(await runsOf(host, 'pmhello')).toEqual(['1.0-1', '1.1-1', '1.0-1']);
    await page.getByText('Rolled back').first().waitFor();
    await look('10-rollout-rolled-back');
    await until(
      'the patch is missing again',
      async () => (await olga.call('readPatch', { params: { id: patch } })).counts.missing === 1,
    );
  });

  test('every deed is in the audit log, whose chain holds; the figures count it', async () => {
    const admin = await sessionOf(console);
    expect(await admin('verifyAudit', {})).toMatchObject({ is_intact: true });
    const verbs = (await admin('listAudit', { query: { limit: 500 } })).data.map(({ verb }) => verb);
    for (const verb of [
      'asset.enrol',
      'change.create',
      'change.approve',
      'rollout.start',
      'deployment.install.succeeded',
      'rollout.rollback',
      'deployment.rollback.succeeded',
    ]) {
      expect(verbs).toContain(verb);
    }
    const { page, look } = console;
    await page.goto(`${origin()}/audit`);
    await page.getByRole('button', { name: /^Verify/ }).click();
    await look('11-audit');
  });

  test('each page stands without a barrier, on a desk and on a phone, by day and by night', async () => {
    const { page, look, as } = console;
    const pages = {
      overview: '/',
      patches: '/patches',
      patch: `/patches/${patch}`,
      assets: '/assets',
      asset: '/assets/web-01',
      changes: '/changes',
      change: `/changes/${change}`,
      rollouts: '/rollouts',
      rollout: `/rollouts/${rollout}`,
      policies: '/policies',
      policy: '/policies/web-servers',
      ranking: '/ranking',
      reports: '/reports',
      audit: '/audit',
      advisory: '/advisories/CVE-2026-4711',
      feeds: '/feeds',
      vex: '/vex',
      settings: '/settings',
    };
    for (const [view, width, scheme] of [
      ['wide-light', 1440, 'light'],
      ['wide-dark', 1440, 'dark'],
      ['narrow-light', 390, 'light'],
      ['narrow-dark', 390, 'dark'],
    ] as const) {
      await as({ width, scheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${origin()}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForTimeout(300);
        await look(`${view}-${name}`);
      }
    }
  });

  function origin(): string {
    return new URL(fleet.server.signInLink).origin;
  }

  /** A client with the console's own person: a token made in the browser's session. */
  async function sessionOf({ page }: Console) {
    const token = await page.evaluate(async () => {
      const made = await fetch('/api/v1/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: `e2e ${Math.random()}` }),
      });
      return ((await made.json()) as { token: string }).token;
    });
    return withToken(fleet.server.url, token).call;
  }
});
