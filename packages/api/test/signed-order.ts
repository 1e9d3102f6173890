import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import {
  type PublicKey,
  SIGNATURE_PURPOSES,
  type Signature,
  type TrustRoot,
} from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument, Step } from '@fleetmend/domain/changes/change-document.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import type { HostKnowledge } from '@fleetmend/domain/deployments/verify-order.ts';
import { pemPublicKey, signWithEd25519 } from '../src/make-signature.ts';
import { nodeCryptography } from '../src/node-cryptography.ts';
import { createEd25519, createSoftwareAuthenticator } from './software-authenticator.ts';

const passkeyOf = () =>
  createSoftwareAuthenticator({ rp_id: 'patch.example.org', origin: 'https://patch.example.org' });

/** Five people with keys made at run time: ada (author), ben and cleo approve, dan never gets into the root. */
export const keys = {
  ada: createEd25519(),
  ben: passkeyOf(),
  benOther: createEd25519(),
  cleo: createEd25519(),
  dan: createEd25519(),
};

/** The public half of a PEM pair. */
export function publicOf({ publicKey }: { publicKey: string }): PublicKey {
  const key = pemPublicKey(publicKey);
  if (key === null) throw new Error('not an Ed25519 key');
  return key;
}

const HOST_KEY = 'c'.repeat(64);

/** Quorum 2 of ada, ben (two keys) and cleo. */
export function aRoot(changes: Partial<TrustRoot> = {}): TrustRoot {
  return {
    type: 'fleetmend/root/v1',
    organization: 'org_1',
    version: 3,
    quorum: 2,
    people: [
      { id: 'ada', name: 'Ada', keys: [publicOf(keys.ada)] },
      { id: 'ben', name: 'Ben', keys: [keys.ben.public_key, publicOf(keys.benOther)] },
      { id: 'cleo', name: 'Cleo', keys: [publicOf(keys.cleo)] },
    ],
    ...changes,
  };
}

/** One machine of two, one package forward and the exact way back. */
export function aChangeDocument(): ChangeDocument {
  const openssl = {
    ecosystem: 'deb' as const,
    package: 'openssl',
    architecture: 'amd64',
    size: 100,
    origin: 'Debian:12/bookworm-security',
  };
  const target = {
    asset: 'as_1',
    hostname: 'web-1',
    key: HOST_KEY,
    operations: [{ ...openssl, from: '3.0.17-1', to: '3.0.18-1', sha256: 'a'.repeat(64) }],
    rollback: {
      class: 'downgrade' as const,
      operations: [{ ...openssl, from: '3.0.18-1', to: '3.0.17-1', sha256: 'b'.repeat(64) }],
      reason: null,
    },
  };
  return {
    type: 'fleetmend/change/v1',
    organization: 'org_1',
    change: 'CH-7',
    title: 'openssl 3.0.18-1',
    reason: 'DSA-1',
    author: 'ada',
    created_at: '2026-11-01T00:00:00Z',
    epoch: 7,
    root_version: 3,
    policy: { name: 'servers', sha256: 'd'.repeat(64) },
    quorum: 2,
    windows: [
      { from: '2026-11-10T20:00:00Z', until: '2026-11-11T04:00:00Z' },
      { from: '2026-11-12T20:00:00Z', until: '2026-11-13T04:00:00Z' },
    ],
    rings: [
      { name: 'canary', assets: ['as_1'], max_in_flight: 1, bake_seconds: 900 },
      { name: 'rest', assets: ['as_2'], max_in_flight: 5, bake_seconds: 0 },
    ],
    gates: [{ kind: 'systemd', unit: 'nginx.service' }],
    on_gate_fail: 'pause',
    reboot: 'if-needed',
    accepts_no_rollback: false,
    targets: [target, { ...target, asset: 'as_2', hostname: 'web-2', key: 'e'.repeat(64) }],
  };
}

/** The machine the order is for, inside the first window, with the old version installed. */
export function aHost(changes: Partial<HostKnowledge> = {}): HostKnowledge {
  return {
    organization: 'org_1',
    asset: 'as_1',
    key: HOST_KEY,
    former_keys: [],
    root: aRoot(),
    highest_epoch: 7,
    now: '2026-11-10T21:00:00Z',
    lease_expired: false,
    installed: { 'openssl:amd64': '3.0.17-1', 'bash:amd64': '5.2.15-2' },
    protected_packages: ['fleetmend-agent'],
    max_operations: 50,
    ...changes,
  };
}

/** The signatures of ben's passkey and cleo's key: the quorum. */
export function theQuorum(text: string): Signature[] {
  return [
    keys.ben.sign(SIGNATURE_PURPOSES.change, text),
    signWithEd25519(keys.cleo.privateKey, SIGNATURE_PURPOSES.change, text),
  ];
}

/** An order for a document, signed by whoever the test says. */
export function anOrder(
  document: ChangeDocument,
  { step = 'install', sign = theQuorum }: { step?: Step; sign?: (text: string) => Signature[] } = {},
): Order {
  const text = canonicalJson(document as unknown as Json);
  return withId({
    type: 'fleetmend/order/v1',
    id: '',
    asset: 'as_1',
    step,
    attempt: 1,
    document: text,
    signatures: sign(text),
    lease_seconds: 600,
  });
}

/** The order with the id that belongs to what it now says: an attacker can always compute that. */
export function withId(order: Order): Order {
  const change_digest = documentDigest(order.document, nodeCryptography);
  const { asset, step, attempt } = order;
  return { ...order, id: orderId({ change_digest, asset, step, attempt }, nodeCryptography) };
}
