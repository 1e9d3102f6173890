import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../packages/server/test/test-server.ts';
import { hasSshd, startTestSshd, type TestSshd } from '../packages/server/test/test-sshd.ts';
import { buildConsole } from '../scripts/start/build-console.ts';
import { CHROMIUM, type Console, openConsoleOf } from './support/console.ts';

const canRun = CHROMIUM !== undefined && hasSshd;
if (!canRun)
  process.stderr.write('\n!!! SKIPPED: machines without an agent in the console: no Chromium or no sshd\n\n');

/** A machine without an agent, from its set-up lines to its packages, in a real browser and by a real sshd. */
describe.skipIf(!canRun)('machines without an agent in the console', () => {
  let fleet: TestServer;
  let sshd: TestSshd;
  let console: Console;
  beforeAll(async () => {
    await buildConsole(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''), new AbortController().signal);
    fleet = await startTestServer();
    sshd = await startTestSshd();
    console = await openConsoleOf(fleet);
  });
  afterAll(async () => {
    await console?.close();
    await fleet?.close();
    await sshd?.close();
  });

  test('the lines that a machine trusts us by are shown', async () => {
    const { page, look } = console;
    await page.goto(`${fleet.url}/assets`);
    await page.getByRole('link', { name: 'Without an agent' }).click();
    await page.getByText('nothing can be deployed to them').waitFor();
    await page.getByRole('button', { name: 'Set up a machine' }).click();
    const setup = (await page.getByText('Match User fleetmend').textContent()) ?? '';
    await look('agentless-setup');
    await sshd.trust(/ssh-ed25519 [A-Za-z0-9+/=]+ fleetmend/.exec(setup)?.[0] ?? '');
    await page.keyboard.press('Escape');
  });

  test('it is added, its key compared and confirmed, and then it is read', async () => {
    const { page, look } = console;
    await page.getByRole('button', { name: 'Add over SSH' }).click();
    await page.getByLabel('Address').fill('127.0.0.1');
    await page.getByLabel('Port').fill(String(sshd.port));
    await page.getByLabel('Account').fill(sshd.user);
    await look('agentless-add');
    await page.getByRole('button', { name: 'Add this machine' }).click();
    await page.getByText('Key to compare').waitFor();
    await look('agentless-list');
    await page.getByRole('button', { name: 'Compare its key' }).click();
    await page.getByText(sshd.fingerprint).waitFor();
    await look('agentless-compare');
    await page.getByRole('button', { name: 'They are the same: confirm' }).click();
    await page.getByRole('button', { name: 'Read now' }).waitFor();
    await page.getByText('Read', { exact: true }).first().waitFor();
    const [host] = (await fleet.admin('listSshHosts', { query: {} })).data;
    await expect.poll(async () => (await fleet.admin('readSshHost', { params: { id: host?.id ?? '' } })).reads).toBe(1);
    await page.goto(`${fleet.url}/assets/${host?.id}`);
    await page.getByText('read over SSH', { exact: false }).first().waitFor();
    await look('agentless-asset');
  });
});
