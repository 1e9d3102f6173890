import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anUpdate, aPackage, enrolTestHost, someFacts } from '../packages/server/test/test-host.ts';
import { startTestServer, type TestServer } from '../packages/server/test/test-server.ts';
import { buildConsole } from '../scripts/start/build-console.ts';
import { CHROMIUM, type Console, openConsoleOf } from './support/console.ts';

if (CHROMIUM === undefined) process.stderr.write('\n!!! SKIPPED: the fleet in the console: no Chromium\n\n');

/** A small fleet that speaks the real protocol, kept in order in a real browser. */
describe.skipIf(CHROMIUM === undefined)('the fleet in the console', () => {
  let fleet: TestServer;
  let console: Console;
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-lists-'));

  beforeAll(async () => {
    await buildConsole(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''), new AbortController().signal);
    fleet = await startTestServer();
    const old = await joinFleet('app-01');
    await fleet.admin('editAssets', { body: { ids: [old], set: { owner: 'Ann', labels: { env: 'prod' } } } });
    await fleet.silence(old);
    for (const name of ['app-01', 'web-01', 'web-02', 'db-01.example.org']) await joinFleet(name);
    console = await openConsoleOf(fleet);
  });
  afterAll(async () => {
    await console?.close();
    await fleet?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function joinFleet(hostname: string): Promise<string> {
    const host = await enrolTestHost(fleet, hostname);
    host.software = [aPackage('bash', '5.2'), aPackage('openssl', '3.0.1')];
    host.updates = [anUpdate('openssl', '3.0.1', '3.0.2')];
    host.facts = someFacts(hostname);
    await host.report();
    return host.asset;
  }

  test('a list is looked at before it is taken; who is not enrolled is a blind spot', async () => {
    const { page, look } = console;
    const list = join(folder, 'hosts.csv');
    writeFileSync(
      list,
      'host,env,owner,criticality\nweb-01,prod,Team Web,high\nweb-02,prod,Team Web,\nghost-01,prod,,\n',
    );
    await page.goto(`${fleet.url}/assets`);
    await page.getByRole('button', { name: 'Import a list' }).click();
    await page.locator('input[type=file]').setInputFiles(list);
    await page.getByText('2 enrolled, of which 2 would change; 1 not enrolled').waitFor();
    await look('assets-import');
    await page.getByRole('button', { name: 'Take this list' }).click();
    await page.getByRole('link', { name: 'Discovered, not enrolled' }).click();
    await page.getByText('ghost-01').first().waitFor();
    await look('assets-discovered');
  });

  test('facets narrow the list, the view is saved, many machines are edited at once', async () => {
    const { page, look } = console;
    await page.getByRole('link', { name: 'All machines' }).click();
    await page.getByRole('region', { name: 'owner' }).getByRole('link', { name: 'Team Web' }).click();
    await page.getByText('2 shown').waitFor();
    expect(new URL(page.url()).searchParams.get('filter')).toContain('owner = "Team Web"');
    await page.getByLabel('Name of this view').fill('Web');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('link', { name: 'Web', exact: true }).waitFor();
    await page.getByLabel('Select all 2 shown').check();
    await page.getByRole('button', { name: 'Edit 2 machines' }).click();
    await page.getByLabel('Labels to set').fill('tier=1');
    await page.getByLabel('Service group').fill('shop');
    await look('assets-edit');
    await page.getByRole('button', { name: 'Change 2 machines' }).click();
    await page.getByText('tier=1').first().waitFor();
    await look('assets-facets');
  });

  test('two records of one machine are merged, and taken apart again', async () => {
    const { page, look } = console;
    await page.getByRole('link', { name: 'Reconcile (1)' }).click();
    await page.getByText('One machine that was enrolled again').waitFor();
    await look('assets-reconcile');
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('button', { name: 'Merge 2 records' }).click();
    await page.getByText('No two records look like one machine').waitFor();
    await look('assets-merged');
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('One machine that was enrolled again').waitFor();
  });

  test('what changed on a machine stands on its page', async () => {
    const { page, look } = console;
    await page.goto(`${fleet.url}/assets/web-01`);
    await page.getByRole('heading', { name: 'What changed' }).waitFor();
    await page.getByText('Nothing is known of the first day').waitFor();
    await look('asset-page');
  });

  test.each([
    ['wide-dark', 1440, 'dark'],
    ['narrow-light', 390, 'light'],
    ['narrow-dark', 390, 'dark'],
  ] as const)('%s', async (view, width, scheme) => {
    const { page, look, as } = console;
    await as({ width, scheme });
    for (const [name, address, text] of [
      ['assets', '/assets', 'web-02'],
      ['reconcile', '/assets?tab=reconcile', 'enrolled again'],
      ['discovered', '/assets?tab=discovered', 'ghost-01'],
      ['asset', '/assets/web-01', 'What changed'],
    ] as const) {
      await page.goto(fleet.url + address);
      await page.getByText(text).first().waitFor();
      await look(`assets-${view}-${name}`);
    }
  });
});
