import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEd25519 } from '../packages/api/test/software-authenticator.ts';
import type { Host } from './lab/host.ts';
import { canRunLab } from './lab/lab-obstacle.ts';
import { type LabFleet, runsOf, startLabFleet, versionOf } from './support/lab-fleet.ts';
import { newKey, type Person, signIn } from './support/person.ts';
import { until } from './support/until.ts';

/** After which step of the journey the victim dies. */
const STEPS = [
  'published',
  'patch seen',
  'change created',
  'planned',
  'approved',
  'started',
  'installing',
  'installed',
  'rebooted',
  'verified',
  'rollback ordered',
  'rolled back',
] as const;
type JourneyStep = (typeof STEPS)[number];

const VICTIMS = ['server', 'agent', 'applier'] as const;
type Victim = (typeof VICTIMS)[number];

/** kill -9 between any two steps: the journey still ends, and nothing runs twice. */
describe.skipIf(!canRunLab('kill -9 between the steps of the journey'))('kill -9 of', () => {
  let fleet: LabFleet;
  let host: Host;
  let admin: Person;
  let privateKey: string;

  beforeAll(async () => {
    fleet = await startLabFleet();
    for (const victim of VICTIMS) await fleet.repository.publish('1.0-1', { name: `pm${victim}` });
    host = await fleet.bootHost(
      'web-02',
      VICTIMS.map((victim) => `pm${victim}=1.0-1`),
    );
    admin = await signIn(fleet.server.url, fleet.server.signInLink);
    const pair = createEd25519();
    privateKey = pair.privateKey;
    await admin.call('registerPublicKey', { body: { name: 'laptop', public_key: pair.publicKey } });
    const { proposal } = await admin.call('readTrustRoot', {});
    const signature = signWithEd25519(privateKey, SIGNATURE_PURPOSES.root, proposal?.document ?? '');
    await admin.call('signTrustRoot', {
      body: { signature },
      ifMatch: proposal?.digest ?? '',
      idempotencyKey: newKey(),
    });
    const { code } = await admin.call('createEnrolmentCode', { body: {} });
    await fleet.enrol(host, code, proposal?.digest ?? '');
  });
  afterAll(() => fleet?.close());

  async function kill(victim: Victim): Promise<void> {
    if (victim === 'server') await fleet.server.killAndRestart();
    // systemd starts it again, as it would after a crash.
    else await host.exec(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', `fleetmend-${victim}.service`]);
  }

  test.each(VICTIMS)('the %s', async (victim) => {
    const name = `pm${victim}`;
    const boots = host.boots();
    const died: JourneyStep[] = [];
    const reached = async (step: JourneyStep) => {
      await kill(victim);
      died.push(step);
    };
    const { call } = admin;
    const rolloutState = async (id: string) => (await call('readRollout', { params: { id } })).state;
    const deploymentIs = (id: string, states: string[]) =>
      until(
        `a deployment that is ${states.join(' or ')}`,
        async () => states.includes((await call('readRollout', { params: { id } })).deployments[0]?.state ?? ''),
        120,
      );

    await fleet.repository.publish('1.1-1', {
      name,
      security: true,
      cves: ['CVE-2026-4712'],
      needs_reboot: true,
      postinst_seconds: 2,
    });
    await reached('published');
    const patch = await until('the patch', async () =>
      (await call('listPatches', { query: { search: name } })).data.find(({ source }) => source === name),
    );
    await reached('patch seen');
    const { id } = await until('a change', () =>
      call('createChange', { body: { patches: [patch.id], policy: 'standard' }, idempotencyKey: newKey() }),
    );
    await reached('change created');
    const planned = await until('the plan', async () => {
      const read = await call('readChange', { params: { id } });
      return read.state === 'in_review' ? read : null;
    });
    await reached('planned');
    const signature = signWithEd25519(privateKey, SIGNATURE_PURPOSES.change, planned.canonical ?? '');
    const approveKey = newKey();
    await until('the approval', () =>
      call('approveChange', {
        params: { id },
        body: { signature },
        ifMatch: planned.digest ?? '',
        idempotencyKey: approveKey,
      }),
    );
    await reached('approved');
    const startKey = newKey();
    const { id: rollout } = await until('the start', () =>
      call('startRollout', { body: { change: id }, idempotencyKey: startKey }),
    );
    await reached('started');
    await until(
      'the maintainer script',
      async () =>
        (await host.exec(['pgrep', '-f', `${name}.postinst`])).code === 0 ||
        (await runsOf(host, name)).includes('1.1-1'),
      60,
    );
    await reached('installing');
    await deploymentIs(rollout, ['rebooting', 'observing', 'probing', 'verified']);
    await reached('installed');
    await host.waitForBoot(boots + 1);
    const bootId = await host.bootId();
    await reached('rebooted');
    await until('the end of the rollout', async () => (await rolloutState(rollout)) === 'succeeded', 120);
    expect(await versionOf(host, name)).toBe('1.1-1 ii');
    await reached('verified');
    const backKey = newKey();
    await until('the rollback is taken', () =>
      call('rollBackRollout', { params: { id: rollout }, body: {}, idempotencyKey: backKey }),
    );
    await reached('rollback ordered');
    await until('the rollback', async () => (await rolloutState(rollout)) === 'rolled_back', 120);
    await reached('rolled back');
    expect(died).toEqual([...STEPS]);
    expect(await versionOf(host, name)).toBe('1.0-1 ii');
    expect(await runsOf(host, name)).toEqual(['1.0-1', '1.1-1', '1.0-1']);
    // It was ordered to reboot once, and did so once.
    expect(await host.bootId()).toBe(bootId);
    expect(await until('the audit log', () => call('verifyAudit', {}))).toMatchObject({ is_intact: true });
  });
});
