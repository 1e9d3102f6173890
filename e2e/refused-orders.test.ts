import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument, Operation, Target } from '@fleetmend/domain/changes/change-document.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEd25519 } from '../packages/api/test/software-authenticator.ts';
import type { Host } from './lab/host.ts';
import { canRunLab } from './lab/lab-obstacle.ts';
import { type LabFleet, runsOf, startLabFleet, versionOf } from './support/lab-fleet.ts';
import { newKey, signIn } from './support/person.ts';
import { until } from './support/until.ts';

/** Says each frame to the root half, in order, and prints what it answers last. */
const SPEAK = `const s=require('net').connect('/run/fleetmend/applier.sock');
const frames=require('fs').readFileSync(0,'utf8').trim().split('\\n');let held='';
const next=()=>frames.length?s.write(frames.shift()+'\\n'):s.end();
s.on('data',(d)=>{held+=d;const lines=held.split('\\n');held=lines.pop();
for(const line of lines){const{type}=JSON.parse(line);if(type==='result'||type==='problem'){console.log(line);next()}}});next();`;

/**
 * Root on the server, trying everything: each order is altered in one way, some with the people's own signatures under
 * the alteration. The root half of a real agent refuses each for its own reason, runs nothing and writes it down.
 */
describe.skipIf(!canRunLab('altered orders against a real agent'))('a stolen server', () => {
  let fleet: LabFleet;
  let host: Host;
  let asset = '';
  let document: ChangeDocument;
  const people = createEd25519();
  const thief = createEd25519();

  beforeAll(async () => {
    fleet = await startLabFleet();
    await fleet.repository.publish('1.0-1');
    host = await fleet.bootHost('vault-01', ['pmhello=1.0-1']);
    // The owner's own limits, which no signature lifts.
    const limits = { protected_packages: ['precious'], max_operations: 1 };
    writeFileSync(join(host.root, 'etc/fleetmend/applier.json'), JSON.stringify(limits));
    const { call } = await signIn(fleet.server.url, fleet.server.signInLink);
    await call('registerPublicKey', { body: { name: 'laptop', public_key: people.publicKey } });
    const { proposal } = await call('readTrustRoot', {});
    const signature = signWithEd25519(people.privateKey, SIGNATURE_PURPOSES.root, proposal?.document ?? '');
    const ifMatch = proposal?.digest ?? '';
    await call('signTrustRoot', { body: { signature }, ifMatch, idempotencyKey: newKey() });
    await fleet.enrol(host, (await call('createEnrolmentCode', { body: {} })).code, ifMatch);
    await fleet.repository.publish('1.1-1', { security: true, cves: ['CVE-2026-4713'] });
    const patch = await until('the patch', async () => (await call('listPatches', {})).data[0]);
    const body = { patches: [patch.id], policy: 'standard' };
    const { id } = await call('createChange', { body, idempotencyKey: newKey() });
    document = await until('the plan', async () => (await call('readChange', { params: { id } })).document);
    asset = document.targets[0]?.asset ?? '';
  });
  afterAll(() => fleet?.close());

  const sign = (text: string) => [signWithEd25519(people.privateKey, SIGNATURE_PURPOSES.change, text)];

  /** An order over a text, as the server would send it; `change` is what the thief alters in the order itself. */
  function orderOver(text: string, change: Partial<Order> = {}): Order {
    const { step = 'install', attempt = 1 } = change;
    const digest = documentDigest(text, nodeCryptography);
    const id = orderId({ change_digest: digest, asset: change.asset ?? asset, step, attempt }, nodeCryptography);
    return {
      type: 'fleetmend/order/v1',
      id,
      asset,
      step,
      attempt,
      document: text,
      signatures: sign(text),
      lease_seconds: 600,
      ...change,
    };
  }
  /** What the people themselves would have signed, had they been talked into it. */
  function signed(alter: (document: ChangeDocument) => void, change: Partial<Order> = {}): Order {
    const copy = structuredClone(document);
    alter(copy);
    return orderOver(canonicalJson(copy as unknown as Json), change);
  }
  function onTarget(alter: (target: Target, operation: Operation) => void, change: Partial<Order> = {}): Order {
    return signed(({ targets: [target] }) => {
      const operation = target?.operations[0];
      if (target && operation) alter(target, operation);
    }, change);
  }
  const whole = () => canonicalJson(document as unknown as Json);
  const days = (from: number, until: number) => ({
    from: new Date(Date.now() + from * 86_400_000).toISOString(),
    until: new Date(Date.now() + until * 86_400_000).toISOString(),
  });
  const windows = (...spans: [number, number][]) =>
    signed((copy) => {
      copy.windows = spans.map(([from, until]) => days(from, until));
    });

  /** What is altered, the reason it is refused for, and the order. */
  function table(): [string, string, Order][] {
    const text = whole();
    const tampered = text.replace('"title":"', '"title":"x');
    const other = orderOver(text).signatures;
    return [
      ['the document, after it was signed', 'bad-signature', orderOver(tampered, { signatures: other })],
      [
        'the package digest, after it was signed',
        'bad-signature',
        orderOver(text.replace(/"sha256":"[0-9a-f]{4}/, '"sha256":"0000'), { signatures: other }),
      ],
      [
        'the signature, taken from a root',
        'bad-signature',
        orderOver(text, { signatures: [signWithEd25519(people.privateKey, SIGNATURE_PURPOSES.root, text)] }),
      ],
      [
        'the signer: a key of the thief',
        'signer-unknown',
        orderOver(text, { signatures: [signWithEd25519(thief.privateKey, SIGNATURE_PURPOSES.change, text)] }),
      ],
      [
        'the signer: a good key named under a bad signature',
        'bad-signature',
        orderOver(text, {
          signatures: other.map((each) => ({ ...each, signature: 'A'.repeat(86) }) as (typeof other)[number]),
        }),
      ],
      ['no signature at all', 'quorum-not-met', orderOver(text, { signatures: [] })],
      [
        'one signature, twice, for two people',
        'quorum-not-met',
        signed((copy) => {
          copy.quorum = 2;
        }),
      ],
      ['the document, not canonical', 'document-malformed', orderOver(`${text} `)],
      ['the document, with a field nobody knows', 'document-malformed', orderOver(text.replace('{', '{"also":"rm",'))],
      [
        'the organisation',
        'organization-mismatch',
        signed((copy) => {
          copy.organization = 'org_else';
        }),
      ],
      [
        'the root version',
        'root-newer',
        signed((copy) => {
          copy.root_version = 9;
        }),
      ],
      ['the order id', 'order-id-mismatch', orderOver(text, { id: 'f'.repeat(64) })],
      ['the machine it is for', 'asset-mismatch', orderOver(text, { asset: 'host_else' })],
      [
        'the targets: another machine',
        'not-a-target',
        signed((copy) => {
          for (const target of copy.targets) target.asset = 'host_else';
          for (const ring of copy.rings) ring.assets = ['host_else'];
        }),
      ],
      [
        'the rings: this machine in none',
        'rings-inconsistent',
        signed((copy) => {
          for (const ring of copy.rings) ring.assets = [];
        }),
      ],
      [
        'the host key',
        'key-mismatch',
        onTarget((target) => {
          target.key = 'a'.repeat(64);
        }),
      ],
      ['the validity: over', 'expired', windows([-3, -1])],
      ['the validity: not begun', 'not-yet-valid', windows([1, 2])],
      ['the validity: between two windows', 'outside-window', windows([-2, -1], [1, 2])],
      ['the validity: a standing permission', 'validity-too-long', windows([-1, 40])],
      ['the validity: backwards', 'windows-malformed', windows([1, -1])],
      [
        'the installed version it starts from',
        'version-differs',
        onTarget((target, operation) => {
          operation.from = '0.9-1';
          for (const back of target.rollback.operations) back.to = '0.9-1';
        }),
      ],
      [
        'the version it goes to: an older one',
        'moves-backwards',
        onTarget((target, operation) => {
          operation.to = '0.5-1';
          for (const back of target.rollback.operations) back.from = '0.5-1';
        }),
      ],
      [
        'the package: one that is not there',
        'package-not-installed',
        onTarget((target, operation) => {
          operation.package = 'nethack';
          for (const back of target.rollback.operations) back.package = 'nethack';
        }),
      ],
      [
        'the package: twice',
        'duplicate-operation',
        onTarget((target, operation) => {
          target.operations.push({ ...operation });
        }),
      ],
      [
        'the packages: more than the owner allows',
        'too-many-operations',
        onTarget((target, operation) => {
          target.operations.push({ ...operation, package: 'nethack' });
        }),
      ],
      [
        'the package: one the owner protects',
        'package-protected',
        onTarget((target, operation) => {
          operation.package = 'precious';
          for (const back of target.rollback.operations) back.package = 'precious';
        }),
      ],
      [
        'the way back: another package',
        'rollback-inconsistent',
        onTarget((target) => {
          for (const back of target.rollback.operations) back.package = 'bash';
        }),
      ],
      [
        'the way back: gone, without consent',
        'no-rollback-consent',
        onTarget((target) => {
          target.rollback = { class: 'none', operations: [], reason: 'lost' };
        }),
      ],
      [
        'the step: a way back that does not exist',
        'rollback-not-possible',
        onTarget(
          (target) => {
            target.rollback = { class: 'none', operations: [], reason: 'lost' };
          },
          { step: 'rollback' },
        ),
      ],
      [
        'the step: a reboot where none may be',
        'reboot-not-allowed',
        signed(
          (copy) => {
            copy.reboot = 'never';
          },
          { step: 'reboot' },
        ),
      ],
      ['the step: taking back what was never installed', 'install-unknown', orderOver(text, { step: 'rollback' })],
    ];
  }

  async function speak(
    frames: readonly object[],
  ): Promise<{ result?: { outcome: string; code: string }; text?: string }[]> {
    const input = frames.map((frame) => JSON.stringify(frame)).join('\n');
    const said = await host.must(['/opt/fleetmend-agent/current/node', '-e', SPEAK], { input });
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
  const run = (order: Order, waited_seconds = 0) => ({ type: 'run', order, waited_seconds, files: {}, from_line: 0 });
  const refusals = () =>
    readFileSync(join(host.root, 'var/lib/fleetmend-applier/refusals.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { code: string }).code);

  test('is refused by the root half for each thing it alters, nothing runs, and every refusal is written down', async () => {
    const rows = table();
    expect(rows.length).toBeGreaterThanOrEqual(20);
    const answers = await speak([
      ...rows.map(([, , order]) => run(order)),
      run(orderOver(whole(), { attempt: 3 }), 100_000),
    ]);
    const expected = [
      ...rows.map(([what, code]) => ({ what, outcome: 'refused', code })),
      { what: 'a lease that ran out', outcome: 'refused', code: 'lease-expired' },
    ];
    const seen = answers.map(({ result, text }, index) => ({
      what: expected[index]?.what,
      outcome: result?.outcome ?? text,
      code: result?.code,
    }));
    expect(seen).toEqual(expected);
    expect(refusals()).toEqual(expected.map(({ code }) => code));
    expect(await versionOf(host, 'pmhello')).toBe('1.0-1 ii');
    expect(await runsOf(host, 'pmhello')).toEqual(['1.0-1']);
    const journal = await host.exec(['cat', '/var/lib/fleetmend-applier/journal.ndjson']);
    expect(journal.stdout).not.toContain('"begin"');
    console.log(`altered orders: ${expected.length} refused, each with its own reason, 0 run`);
  });

  test('cannot bring back an older change once a newer one has been accepted', async () => {
    // Accepted, then ended by the files that nobody handed over: the epoch counts from the acceptance on.
    const [newer] = await speak([
      run(
        signed((copy) => {
          copy.epoch += 5;
        }),
      ),
    ]);
    expect(newer?.result).toMatchObject({ outcome: 'refused', code: 'file-mismatch' });
    const [older] = await speak([run(orderOver(whole()))]);
    expect(older?.result).toMatchObject({ outcome: 'refused', code: 'epoch-stale' });
    expect(await runsOf(host, 'pmhello')).toEqual(['1.0-1']);
  });
});
