import { cpSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgent } from '../../scripts/build-agent.ts';
import { agentBinds, installAgent } from './agent-on-host.ts';
import { type Host, startHost } from './host.ts';
import { canRunLab } from './lab-obstacle.ts';
import { ENROLMENT_CODE, type EnrolledAsset, type ProtocolServer, startProtocolServer } from './protocol-server.ts';

/** Long enough for a machine under load to check in. */
const LONG = 120;

/** The agent is brought up to date by its own installer, and goes back when the new one is no good. */
describe.skipIf(!canRunLab('two slots for the agent on a booted host'))('two slots for the agent', () => {
  let server: ProtocolServer;
  let host: Host;
  let asset: EnrolledAsset;
  const work = mkdtempSync(join(tmpdir(), 'fleetmend-slots-'));

  beforeAll(async () => {
    server = await startProtocolServer();
    const bundle = await buildAgent();
    // Variants of the program: each differs from the others in its bytes.
    for (const [name, head] of [
      ['good', '// another build\n'],
      ['mute', "if (process.argv[2] === 'run') process.exit(1);\n"],
      ['dead', 'process.exit(1);\n'],
    ] as const) {
      cpSync(bundle, join(work, name), { recursive: true });
      const program = join(work, name, 'fleetmend-agent.mjs');
      writeFileSync(program, head + readFileSync(program, 'utf8'));
    }
    host = await startHost({ name: 'slots', binds: { ...agentBinds(bundle), '/srv/builds': work } });
    await installAgent(host, { server: server.url, code: ENROLMENT_CODE });
    asset = await server.until('an enrolled asset', () => [...server.assets.values()][0]);
    await reports();
  });
  afterAll(async () => {
    await host?.destroy();
    await server?.close();
    rmSync(work, { recursive: true, force: true });
  });

  async function reports(): Promise<void> {
    const before = asset.check_ins;
    await server.until('a check-in', () => (asset.check_ins > before + 1 ? true : undefined));
  }
  const current = () => readlinkSync(join(host.root, 'opt/fleetmend-agent/current'));
  const install = (name: string, trialSeconds: number) =>
    host.exec(['env', `FLEETMEND_TRIAL_SECONDS=${trialSeconds}`, 'sh', `/srv/builds/${name}/install.sh`]);
  const watch = () => host.must(['systemctl', 'start', 'fleetmend-watchdog.service']);
  const isOnTrial = async () => (await host.exec(['test', '-f', '/opt/fleetmend-agent/trial'])).code === 0;

  test('a new program goes into the other slot, and stays once it has checked in', async () => {
    expect(current()).toBe('a');
    expect((await install('good', LONG)).code).toBe(0);
    expect(current()).toBe('b');
    expect(await isOnTrial()).toBe(true);
    expect((await install('mute', LONG)).stderr).toContain('still on trial');
    await reports();
    await watch();
    expect(await isOnTrial()).toBe(false);
    // The same program again changes nothing.
    expect((await install('good', LONG)).code).toBe(0);
    expect([current(), await isOnTrial()]).toEqual(['b', false]);
  });

  test('one that does not start is not put in use', async () => {
    expect((await install('dead', LONG)).stderr).toContain('does not start on this machine');
    expect(current()).toBe('b');
    await reports();
  });

  test('one that starts and does not check in is on trial, and then the one of before runs again', async () => {
    expect((await install('mute', 25)).code).toBe(0);
    expect(current()).toBe('a');
    await watch();
    expect(current()).toBe('a');
    await sleep(25_000);
    await watch();
    expect([current(), await isOnTrial()]).toEqual(['b', false]);
    await reports();
  });

  test('power that fails at any moment of it leaves a whole program in use, and the watchdog ends what was begun', async () => {
    for (const milliseconds of [50, 200, 500, 1000, 2500]) {
      const cut = install('mute', 5);
      await sleep(milliseconds);
      await host.powerCut();
      await cut;
      await host.boot();
      expect(['a', 'b']).toContain(current());
      expect((await host.must(['fleetmend-agent', 'version'])).startsWith('fleetmend-agent ')).toBe(true);
      if (await isOnTrial()) {
        await sleep(6000);
        await watch();
      }
      expect([current(), await isOnTrial()]).toEqual(['b', false]);
      await reports();
    }
  });
});
