import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  anUpdate,
  aPackage,
  enrolTestHost,
  someFacts,
  speakAs,
  type TestHost,
} from '../packages/server/test/test-host.ts';
import { startTestServer, type TestServer } from '../packages/server/test/test-server.ts';
import { packAgent } from '../scripts/build-agent.ts';
import { buildConsole } from '../scripts/start/build-console.ts';
import { CHROMIUM, type Console, openConsoleOf } from './support/console.ts';

if (CHROMIUM === undefined) process.stderr.write('\n!!! SKIPPED: enrolling in the console: no Chromium\n\n');
const VIEWS = [
  ['wide-light', 1440, 'light'],
  ['wide-dark', 1440, 'dark'],
  ['narrow-light', 390, 'light'],
  ['narrow-dark', 390, 'dark'],
] as const;

/** Machines that join, as whoever waits for them sees it in a real browser. */
describe.skipIf(CHROMIUM === undefined)('enrolling in the console', () => {
  let fleet: TestServer;
  let console: Console;

  beforeAll(async () => {
    const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
    await Promise.all([packAgent(), buildConsole(root, new AbortController().signal)]);
    fleet = await startTestServer();
    console = await openConsoleOf(fleet);
  });
  afterAll(async () => {
    await console?.close();
    await fleet?.close();
  });

  async function lookInAllViews(name: string): Promise<void> {
    for (const [view, width, scheme] of VIEWS) {
      await console.as({ width, scheme });
      await console.look(`enrol-${name}-${view}`);
    }
    await console.as({ width: 1440, scheme: 'light' });
  }

  /** What the page says to paste. */
  const command = async () =>
    (await console.page.getByRole('dialog').locator('code', { hasText: 'install.sh' }).first().textContent()) ?? '';
  /** Does on a machine what the command does: fetches the agent and enrols with the code. */
  async function follow(text: string, hostname: string): Promise<TestHost> {
    const [, path = ''] = /'http:\/\/localhost:7600([^']+)'/.exec(text) ?? [];
    expect((await fetch(fleet.url + path)).status).toBe(200);
    const lines = text.split('\n');
    const host = await enrolTestHost(fleet, hostname, lines[lines.indexOf('CODE') - 1]);
    host.software = [aPackage('bash', '5.2'), aPackage('openssl', '3.0.1')];
    host.updates = [anUpdate('openssl', '3.0.1', '3.0.2')];
    host.facts = someFacts(hostname);
    return host;
  }
  const step = (name: string, state: string) =>
    console.page.getByRole('listitem').filter({ hasText: name }).getByText(state).waitFor();

  test('the command stands there at once, for the system it is for, and its steps tick as the machine comes', async () => {
    const { page } = console;
    await page.goto(`${fleet.url}/assets`);
    await page.getByRole('button', { name: 'Enrol a machine' }).click();
    await step('Code made', 'Done');
    await page.getByLabel('System of the machine').selectOption('macOS');
    await page.getByText('No machine with macOS can be enrolled by a command yet').waitFor();
    await lookInAllViews('macos');
    await page.getByLabel('System of the machine').selectOption('Linux with systemd');
    const first = await command();
    await page.getByText('Labels and owner of the machine').click();
    await page.getByLabel('Labels', { exact: true }).fill('env=prod');
    await page.getByLabel('Owner').fill('Team Web');
    await page.getByRole('button', { name: 'Make a command with these' }).click();
    await expect.poll(command).not.toBe(first);
    await step('Agent fetched', 'Not yet');
    await lookInAllViews('waiting');

    const host = await follow(await command(), 'web-01');
    await step('Machine enrolled', 'Done');
    await step('Packages reported', 'Not yet');
    await host.report();
    await step('Patches known', 'Done');
    await lookInAllViews('done');
    await page.getByRole('dialog').getByRole('link', { name: 'web-01' }).click();
    await page.getByRole('heading', { name: 'web-01' }).waitFor();
    expect(await fleet.admin('readAsset', { params: { id: host.asset } })).toMatchObject({
      labels: { env: 'prod' },
      owner: 'Team Web',
    });
  });

  test('where machines wait for a person, one is approved and one is rejected', async () => {
    const { page } = console;
    await page.goto(`${fleet.url}/assets?tab=waiting`);
    await page.getByText('No machine waits').waitFor();
    await page.getByRole('switch').click();
    await expect.poll(async () => (await fleet.admin('readEnrolmentRule', {})).needs_approval).toBe(true);
    const [good, bad] = [await enrolTestHost(fleet, 'app-01'), await enrolTestHost(fleet, 'stranger')];
    await good.report();
    await page.getByText('stranger').first().waitFor();
    await lookInAllViews('queue');
    await page.getByRole('button', { name: 'Reject stranger' }).click();
    await page.getByRole('button', { name: 'Reject 1 machine' }).click();
    await page.getByRole('button', { name: 'Reject stranger' }).waitFor({ state: 'detached' });
    await page.goto(`${fleet.url}/assets/app-01`);
    await page.getByText('This machine is held.').waitFor();
    await page.getByRole('button', { name: 'Approve app-01' }).click();
    await page.getByText('This machine is held.').waitFor({ state: 'detached' });
    expect(await good.report()).toMatchObject({ held: null });
    await expect(bad.report()).rejects.toThrow();
    await fleet.admin('putEnrolmentRule', { body: { needs_approval: false } });
  });

  test('a cloned machine is enrolled again in one click, and keeps its history', async () => {
    const { page } = console;
    const host = await enrolTestHost(fleet, 'db-01');
    await host.report();
    const copy = speakAs(fleet.url, { ...host.identity }, 'db-01');
    await copy.report();
    await host.report();
    await page.goto(`${fleet.url}/assets/db-01`);
    await page.getByRole('button', { name: 'Enrol it again' }).click();
    await step('Code made', 'Done');
    expect(await command()).toContain(' --again ');
    await lookInAllViews('again');
    const again = await follow(await command(), 'db-01');
    expect(again.asset).toBe(host.asset);
    await again.report();
    await step('Patches known', 'Done');
    await page.keyboard.press('Escape');
    await page.getByText('This machine is held.').waitFor({ state: 'detached' });
  });
});
