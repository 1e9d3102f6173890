import { fileURLToPath } from 'node:url';
import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEd25519 } from '../packages/api/test/software-authenticator.ts';
import { buildConsole } from '../scripts/start/build-console.ts';
import type { Host } from './lab/host.ts';
import { canRunLab } from './lab/lab-obstacle.ts';
import { CHROMIUM, type Console, openConsole } from './support/console.ts';
import { type LabFleet, runsOf, startLabFleet, versionOf } from './support/lab-fleet.ts';
import { newKey, type Person, signIn } from './support/person.ts';
import { until } from './support/until.ts';

const canRun = canRunLab('a rollout that goes wrong on booted hosts') && CHROMIUM !== undefined;
if (CHROMIUM === undefined) process.stderr.write('\n!!! SKIPPED: a rollout that goes wrong: no Chromium\n\n');

const POLICY = `kind: Policy
name: careful
select: ""
rings:
  - {name: canary, select: ring = canary, max_in_flight: 1, bake: 1s}
  - {name: broad, max_in_flight: 1, bake: 1s}
gates:
  - {kind: systemd, unit: pmhello.service}
on_gate_fail: pause
`;

/** What nobody wants and everybody meets: somebody pauses, a gate fails, a maintainer script fails. Pressed in the console. */
describe.skipIf(!canRun)('a rollout that goes wrong', () => {
  let fleet: LabFleet;
  let canary: Host;
  let broad: Host;
  let console: Console;
  let admin: Person;
  let privateKey = '';

  beforeAll(async () => {
    await buildConsole(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''), new AbortController().signal);
    fleet = await startLabFleet();
    await fleet.repository.publish('1.0-1');
    [canary, broad, console] = await Promise.all([
      fleet.bootHost('canary-01', ['pmhello=1.0-1']),
      fleet.bootHost('broad-01', ['pmhello=1.0-1']),
      openConsole(),
    ]);
    admin = await signIn(fleet.server.url, fleet.server.signInLink);
    const { call } = admin;
    const { person } = await call('readSession', {});
    const { sign_in_url } = await call('renewSignInLink', { params: { id: person.id } });
    await console.page.goto(sign_in_url);
    await console.page.getByRole('heading', { name: 'Overview' }).waitFor();
    const pair = createEd25519();
    privateKey = pair.privateKey;
    await call('registerPublicKey', { body: { name: 'laptop', public_key: pair.publicKey } });
    const { proposal } = await call('readTrustRoot', {});
    await call('signTrustRoot', {
      body: { signature: signWithEd25519(privateKey, SIGNATURE_PURPOSES.root, proposal?.document ?? '') },
      ifMatch: proposal?.digest ?? '',
      idempotencyKey: newKey(),
    });
    await call('putPolicy', { params: { name: 'careful' }, body: { yaml: POLICY } });
    for (const [host, labels] of [
      [canary, { ring: 'canary' }],
      [broad, {}],
    ] as const) {
      const { code } = await call('createEnrolmentCode', { body: { labels } });
      await fleet.enrol(host, code, proposal?.digest ?? '');
    }
  });
  afterAll(async () => {
    await console?.close();
    await fleet?.close();
  });

  test('Pause lets the canary finish and holds the rest; Resume sends them on', async () => {
    await fleet.repository.publish('1.1-1', { security: true, postinst_seconds: 2 });
    const rollout = await startRollout('1.1-1');
    await until('the canary at work', async () => (await statesOf(rollout))['canary-01'] === 'installing');
    await press('Pause', 'Lunch.');
    await until('the canary', async () => (await statesOf(rollout))['canary-01'] === 'verified');
    // Longer than the bake: what is paused does not go on by itself.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await statesOf(rollout)).toEqual({ 'canary-01': 'verified', 'broad-01': 'queued' });
    const { page, look } = console;
    await page.getByText('Lunch.').first().waitFor();
    await look('20-rollout-paused');
    expect(await ringWords()).toEqual(['Paused', 'Waiting']);
    await press('Resume');
    await until('the end', async () => (await stateOf(rollout)) === 'succeeded');
    expect([await versionOf(canary, 'pmhello'), await versionOf(broad, 'pmhello')]).toEqual(['1.1-1 ii', '1.1-1 ii']);
  });

  test('a gate that fails pauses before the next ring; repaired and retried, nothing is installed twice', async () => {
    await fleet.repository.publish('1.2-1', { security: true, is_broken: true });
    const rollout = await startRollout('1.2-1');
    const paused = await until('the gate', async () => {
      const read = await admin.call('readRollout', { params: { id: rollout } });
      return read.state === 'paused' ? read : null;
    });
    expect(paused).toMatchObject({ gates: [{ verdict: 'fail' }], rings: [{ failed: 1 }, { waiting: 1 }] });
    expect(await versionOf(broad, 'pmhello')).toBe('1.1-1 ii');
    const { page, look } = console;
    await page.getByText('Fail', { exact: true }).first().waitFor();
    await look('21-rollout-gate-failed');
    expect(await ringWords()).toEqual(['Paused', 'Waiting']);
    for (const host of [canary, broad]) await repair(host);
    await press('Retry 1 failed machine');
    await until('the end', async () => (await stateOf(rollout)) === 'succeeded');
    await page.getByText('Succeeded').first().waitFor();
    await look('22-rollout-retried');
    expect(await runsOf(canary, 'pmhello')).toEqual(['1.0-1', '1.1-1', '1.2-1']);
    expect(await runsOf(broad, 'pmhello')).toEqual(['1.0-1', '1.1-1', '1.2-1']);
  });

  test('a maintainer script that fails pauses too; Roll back brings the canary home and the rest is never reached', async () => {
    await fleet.repository.publish('1.3-1', { security: true, postinst_fails: true });
    const rollout = await startRollout('1.3-1');
    await until('the pause', async () => (await stateOf(rollout)) === 'paused');
    expect(await statesOf(rollout)).toEqual({ 'canary-01': 'failed', 'broad-01': 'queued' });
    const { page, look } = console;
    await page.getByText('Failed', { exact: true }).first().waitFor();
    await look('23-rollout-script-failed');
    await press('Roll back', 'The script fails.');
    await until('the way back', async () => (await stateOf(rollout)) === 'rolled_back');
    expect(await statesOf(rollout)).toEqual({ 'canary-01': 'rolled_back', 'broad-01': 'skipped' });
    expect([await versionOf(canary, 'pmhello'), await versionOf(broad, 'pmhello')]).toEqual(['1.2-1 ii', '1.2-1 ii']);
    await page.getByText('Rolled back').first().waitFor();
    await look('24-rollout-taken-back');
  });

  /** Presses a button of the rollout on the screen and confirms it. */
  async function press(name: string, reason?: string): Promise<void> {
    const { page } = console;
    const named = { name: new RegExp(`^${name}`) };
    await page.getByRole('button', named).first().click();
    const dialog = page.getByRole('dialog');
    if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', named).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** From the patch to its rollout, opened in the console. */
  async function startRollout(version: string): Promise<string> {
    const { call } = admin;
    const patch = await until('the patch on both machines', async () =>
      (await call('listPatches', {})).data.find(
        ({ to_version, counts }) => to_version === version && counts.missing === 2,
      ),
    );
    const { id } = await call('createChange', {
      body: { patches: [patch.id], policy: 'careful' },
      idempotencyKey: newKey(),
    });
    const planned = await until('the plan', async () => {
      const read = await call('readChange', { params: { id } });
      return read.state === 'in_review' ? read : null;
    });
    await call('approveChange', {
      params: { id },
      body: { signature: signWithEd25519(privateKey, SIGNATURE_PURPOSES.change, planned.canonical ?? '') },
      ifMatch: planned.digest ?? '',
      idempotencyKey: newKey(),
    });
    const started = await call('startRollout', { body: { change: id }, idempotencyKey: newKey() });
    await console.page.goto(`${new URL(fleet.server.signInLink).origin}/rollouts/${started.id}`);
    return started.id;
  }

  async function stateOf(rollout: string): Promise<string> {
    return (await admin.call('readRollout', { params: { id: rollout } })).state;
  }

  async function statesOf(rollout: string): Promise<Record<string, string>> {
    const { deployments } = await admin.call('readRollout', { params: { id: rollout } });
    return Object.fromEntries(deployments.map(({ hostname, state }) => [hostname, state]));
  }

  /** The state on each ring's card. */
  async function ringWords(): Promise<string[]> {
    const cards = await console.page.getByRole('list', { name: 'Rings' }).getByRole('heading').allInnerTexts();
    return cards.map((text) => text.trim().split('\n').at(-1) ?? '');
  }
});

/** What the machine's own administrator does about a service that does not start. */
async function repair(host: Host): Promise<void> {
  const unit = '[Service]\\nExecStart=\\nExecStart=/bin/sleep infinity\\n';
  const folder = '/etc/systemd/system/pmhello.service.d';
  await host.must(['sh', '-c', `mkdir -p ${folder} && printf '${unit}' > ${folder}/repair.conf`]);
  await host.must(['systemctl', 'daemon-reload']);
  await host.must(['systemctl', 'restart', 'pmhello.service']);
}
