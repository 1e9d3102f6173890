import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import { describe, expect, test } from 'vitest';
import {
  aChangeDocument,
  aHost,
  anOrder,
  aRoot,
  keys,
  publicOf,
  theQuorum,
  withId,
} from '../../../api/test/signed-order.ts';
import { createSoftwareAuthenticator, type Misbehaviour } from '../../../api/test/software-authenticator.ts';
import { toBase64Url } from '../access/bytes.ts';
import { SIGNATURE_PURPOSES, type Signature, type TrustRoot } from '../access/trust-root.ts';
import type { ChangeDocument, Operation, Target } from '../changes/change-document.ts';
import type { Order } from './order.ts';
import { REFUSALS, type RefusalCode } from './refusals.ts';
import { type HostKnowledge, verifyOrder } from './verify-order.ts';

const CHANGE = SIGNATURE_PURPOSES.change;

function verify(order: Order, host: HostKnowledge) {
  return verifyOrder(order, host, parseChangeDocument, nodeCryptography);
}

/** A valid order for a changed document: signed by the quorum after the change, as if they had approved it. */
function approved(alter: (document: ChangeDocument) => void, step: Order['step'] = 'install'): Order {
  const document = structuredClone(aChangeDocument());
  alter(document);
  return anOrder(document, { step });
}

/** The same, altering the part that is about this host. */
function approvedTarget(alter: (target: Target, operation: Operation) => void, step: Order['step'] = 'install'): Order {
  return approved((document) => {
    const target = document.targets[0];
    const operation = target?.operations[0];
    if (target && operation) alter(target, operation);
  }, step);
}

/** The document altered after it was signed: what a compromised server would send. */
function tampered(from: string, to: string): Order {
  const order = anOrder(aChangeDocument());
  const document = order.document.replaceAll(from, to);
  if (document === order.document) throw new Error(`nothing altered: ${from}`);
  return withId({ ...order, document });
}

function signed(sign: (text: string) => Signature[]): Order {
  return anOrder(aChangeDocument(), { sign });
}

function misbehaving(wrong: Misbehaviour): Order {
  return signed((text) => [keys.ben.sign(CHANGE, text, wrong), cleo(text)]);
}

const ben = (text: string) => keys.ben.sign(CHANGE, text);
const benOther = (text: string) => signWithEd25519(keys.benOther.privateKey, CHANGE, text);
const cleo = (text: string) => signWithEd25519(keys.cleo.privateKey, CHANGE, text);
const ada = (text: string) => signWithEd25519(keys.ada.privateKey, CHANGE, text);
const dan = (text: string) => signWithEd25519(keys.dan.privateKey, CHANGE, text);

function withInstalled(installed: Record<string, string | null>): HostKnowledge {
  return aHost({ installed });
}

function betweenWindows(): HostKnowledge {
  return at('2026-11-11T12:00:00Z');
}

function rootWithoutBen(): TrustRoot {
  const root = aRoot();
  return { ...root, people: root.people.filter(({ id }) => id !== 'ben') };
}

/** A root that says of cleo's key that it is an SSH key. */
function rootWithOtherKind(): TrustRoot {
  const root = aRoot();
  return {
    ...root,
    people: root.people.map((person) =>
      person.id === 'cleo' ? { ...person, keys: [{ ...publicOf(keys.cleo), kind: 'ssh' as const }] } : person,
    ),
  };
}

const DAY = 86_400_000;
const plus = (instant: string, milliseconds: number) => new Date(Date.parse(instant) + milliseconds).toISOString();
const at = (now: string) => aHost({ now });

type Row = [what: string, code: RefusalCode, order: () => Order, host?: HostKnowledge];

const ALTERED: Row[] = [
  ['no root pinned', 'observe-only', () => anOrder(aChangeDocument()), aHost({ root: null })],
  ['not JSON', 'document-malformed', () => withId({ ...anOrder(aChangeDocument()), document: 'x' })],
  ['a space more', 'document-malformed', () => tampered('"epoch":7', '"epoch": 7')],
  ['a key twice', 'document-malformed', () => tampered('"epoch":7', '"epoch":6,"epoch":7')],
  ['a field more', 'document-malformed', () => tampered('"epoch":7', '"epoch":7,"epocn":1')],
  ['a prototype', 'document-malformed', () => tampered('{"accepts', '{"__proto__":{},"accepts')],
  ['a number written otherwise', 'document-malformed', () => tampered('"epoch":7', '"epoch":7.0')],
  ['a letter written otherwise', 'document-malformed', () => tampered('"web-1"', '"\\u0077eb-1"')],
  ['an option as a package', 'document-malformed', () => tampered('"package":"openssl"', '"package":"-oDir::Etc"')],
  ['a newline in a version', 'document-malformed', () => tampered('"to":"3.0.18-1"', '"to":"3.0.18-1\\n"')],
  [
    'a version dpkg cannot read',
    'moves-backwards',
    () =>
      approvedTarget((_, operation) => {
        operation.to = '1:1:-';
      }),
  ],
  [
    'another organisation',
    'organization-mismatch',
    () =>
      approved((document) => {
        document.organization = 'org_2';
      }),
  ],
  [
    'another organisation on the host',
    'organization-mismatch',
    () => anOrder(aChangeDocument()),
    aHost({ organization: 'org_2' }),
  ],
  [
    'an older root',
    'root-older',
    () =>
      approved((document) => {
        document.root_version = 2;
      }),
  ],
  [
    'a newer root',
    'root-newer',
    () =>
      approved((document) => {
        document.root_version = 4;
      }),
  ],
  ['another id', 'order-id-mismatch', () => ({ ...anOrder(aChangeDocument()), id: '0'.repeat(64) })],
  ['another step under the same id', 'order-id-mismatch', () => ({ ...anOrder(aChangeDocument()), step: 'reboot' })],
  ['another attempt under the same id', 'order-id-mismatch', () => ({ ...anOrder(aChangeDocument()), attempt: 2 })],
  ['another host of the change', 'asset-mismatch', () => withId({ ...anOrder(aChangeDocument()), asset: 'as_2' })],
  [
    'a target in no ring',
    'rings-inconsistent',
    () =>
      approved((document) => {
        document.rings.pop();
      }),
  ],
  [
    'a target in two rings',
    'rings-inconsistent',
    () =>
      approved((document) => {
        document.rings[1]?.assets.push('as_1');
      }),
  ],
  [
    'a ring with a stranger',
    'rings-inconsistent',
    () =>
      approved((document) => {
        document.rings[1]?.assets.push('as_9');
      }),
  ],
  [
    'a target twice',
    'rings-inconsistent',
    () =>
      approved((document) => {
        document.targets.push(...document.targets.slice(0, 1));
      }),
  ],
  [
    'not a target',
    'not-a-target',
    () =>
      approved((document) => {
        document.targets.shift();
        document.rings.shift();
      }),
  ],
  [
    'another host key',
    'key-mismatch',
    () => anOrder(aChangeDocument()),
    aHost({ key: 'f'.repeat(64), former_keys: ['a'.repeat(64)] }),
  ],
  [
    'a window backwards',
    'windows-malformed',
    () =>
      approved(({ windows }) => {
        windows[0] = { from: '2026-11-11T04:00:00Z', until: '2026-11-10T20:00:00Z' };
      }),
  ],
  [
    'an empty window',
    'windows-malformed',
    () =>
      approved(({ windows }) => {
        windows[0] = { from: '2026-11-10T20:00:00Z', until: '2026-11-10T20:00:00Z' };
      }),
  ],
  [
    'a millisecond over 31 days',
    'validity-too-long',
    () =>
      approved(({ windows }) => {
        windows[1] = { from: '2026-11-12T20:00:00Z', until: plus('2026-11-10T20:00:00Z', 31 * DAY + 1) };
      }),
  ],
  ['before the first window', 'not-yet-valid', () => anOrder(aChangeDocument()), at('2026-11-10T19:59:59.999Z')],
  ['a clock that cannot be read', 'not-yet-valid', () => anOrder(aChangeDocument()), at('yesterday')],
  ['at the end of the last window', 'expired', () => anOrder(aChangeDocument()), at('2026-11-13T04:00:00Z')],
  ['between two windows', 'outside-window', () => anOrder(aChangeDocument()), at('2026-11-11T12:00:00Z')],
  [
    'a reboot between two windows',
    'outside-window',
    () => anOrder(aChangeDocument(), { step: 'reboot' }),
    betweenWindows(),
  ],
  ['at the end of a window', 'outside-window', () => anOrder(aChangeDocument()), at('2026-11-11T04:00:00Z')],
  ['too old an order', 'lease-expired', () => anOrder(aChangeDocument()), aHost({ lease_expired: true })],
  ['an older epoch', 'epoch-stale', () => anOrder(aChangeDocument()), aHost({ highest_epoch: 8 })],
  [
    'a reboot where none may be',
    'reboot-not-allowed',
    () =>
      approved((document) => {
        document.reboot = 'never';
      }, 'reboot'),
  ],
  ['a reboot before the install', 'version-differs', () => anOrder(aChangeDocument(), { step: 'reboot' })],
  [
    'a rollback where there is none',
    'rollback-not-possible',
    () =>
      approvedTarget((target) => {
        target.rollback = { class: 'none', operations: [], reason: 'config moved' };
      }, 'rollback'),
  ],
  [
    'no way back, no consent',
    'no-rollback-consent',
    () =>
      approvedTarget((target) => {
        target.rollback = { class: 'none', operations: [], reason: 'config moved' };
      }),
  ],
  ['another version after signing', 'wrong-challenge', () => tampered('"to":"3.0.18-1"', '"to":"3.0.99-1"')],
  ['another package file after signing', 'wrong-challenge', () => tampered('a'.repeat(64), '9'.repeat(64))],
  ['a longer window after signing', 'wrong-challenge', () => tampered('2026-11-13T04', '2026-11-13T05')],
  ['a later epoch after signing', 'wrong-challenge', () => tampered('"epoch":7', '"epoch":8')],
  ['a lower quorum after signing', 'quorum-below-root', () => tampered('"quorum":2', '"quorum":1')],
  ['the title after signing', 'wrong-challenge', () => tampered('DSA-1', 'DSA-2')],
  [
    'a document altered under a bare key',
    'bad-signature',
    () =>
      withId({ ...tampered('DSA-1', 'DSA-2'), signatures: theQuorum(anOrder(aChangeDocument()).document).slice(1) }),
  ],
  [
    'a signature for a root',
    'bad-signature',
    () => signed((text) => [ben(text), signWithEd25519(keys.cleo.privateKey, SIGNATURE_PURPOSES.root, text)]),
  ],
  [
    'a passkey signature for a root',
    'wrong-challenge',
    () => signed((text) => [keys.ben.sign(SIGNATURE_PURPOSES.root, text), cleo(text)]),
  ],
  [
    'a signature that is cut off',
    'bad-signature',
    () => signed((text) => [ben(text), { ...cleo(text), signature: cleo(text).signature.slice(0, -2) }]),
  ],
  [
    'a signature that is no base64url',
    'malformed',
    () => signed((text) => [ben(text), { ...cleo(text), signature: '+/' }]),
  ],
  [
    'one of kind ssh by a bare key',
    'wrong-kind',
    () => signed((text) => [ben(text), { ...benOther(text), kind: 'ssh' } as Signature]),
  ],
  [
    'a kind the root does not say',
    'wrong-kind',
    () => anOrder(aChangeDocument()),
    aHost({ root: rootWithOtherKind() }),
  ],
  [
    'an SSH signature for another purpose',
    'wrong-namespace',
    () => anOrder(aChangeDocument(), { sign: (text) => [ben(text), sshBlob({ namespace: 'git' })] }),
    aHost({ root: rootWithOtherKind() }),
  ],
  [
    'an SSH signature with another key inside',
    'wrong-key',
    () => anOrder(aChangeDocument(), { sign: (text) => [ben(text), sshBlob({ key: 7 })] }),
    aHost({ root: rootWithOtherKind() }),
  ],
  ['a registration for an approval', 'wrong-ceremony', () => misbehaving({ client: { type: 'webauthn.create' } })],
  [
    'another web site',
    'wrong-origin',
    () => misbehaving({ client: { origin: 'https://patch.example.org.evil.example' } }),
  ],
  ['the same site without TLS', 'wrong-origin', () => misbehaving({ client: { origin: 'http://patch.example.org' } })],
  ['inside a frame', 'cross-origin', () => misbehaving({ client: { crossOrigin: true } })],
  ['below another page', 'cross-origin', () => misbehaving({ client: { topOrigin: 'https://evil.example' } })],
  ['another relying party', 'wrong-relying-party', () => misbehaving({ rp_id: 'example.org' })],
  ['nobody present', 'user-not-present', () => misbehaving({ flags: 0x04 })],
  ['user not verified', 'user-not-verified', () => misbehaving({ flags: 0x01 })],
  [
    'a passkey that is not the registered one',
    'bad-signature',
    () =>
      signed((text) => [
        {
          ...createSoftwareAuthenticator({ rp_id: 'patch.example.org', origin: 'https://patch.example.org' }).sign(
            CHANGE,
            text,
          ),
          key: keys.ben.public_key.id,
        },
        cleo(text),
      ]),
  ],
  ['a stranger beside the quorum', 'signer-unknown', () => signed((text) => [ben(text), cleo(text), dan(text)])],
  ['a signer since revoked', 'signer-unknown', () => anOrder(aChangeDocument()), aHost({ root: rootWithoutBen() })],
  ['the author as second', 'signer-is-author', () => signed((text) => [ben(text), ada(text)])],
  [
    'a quorum below the root',
    'quorum-below-root',
    () =>
      approved((document) => {
        document.quorum = 1;
      }),
  ],
  ['nobody signed', 'quorum-not-met', () => signed(() => [])],
  ['one signed', 'quorum-not-met', () => signed((text) => [ben(text)])],
  ['one signed twice', 'quorum-not-met', () => signed((text) => [ben(text), ben(text)])],
  ['one signed with two keys', 'quorum-not-met', () => signed((text) => [ben(text), benOther(text)])],
  [
    'a higher quorum in the change',
    'quorum-not-met',
    () =>
      approved((document) => {
        document.quorum = 3;
      }),
  ],
  [
    'one package twice',
    'duplicate-operation',
    () =>
      approvedTarget((target, operation) => {
        target.operations.push({ ...operation });
      }),
  ],
  ['too many packages', 'too-many-operations', () => anOrder(aChangeDocument()), aHost({ max_operations: 0 })],
  [
    'the agent itself',
    'package-protected',
    () =>
      approvedTarget((target, operation) => {
        target.operations.push({ ...operation, package: 'fleetmend-agent' });
      }),
  ],
  [
    'a rollback of what was not installed',
    'rollback-inconsistent',
    () =>
      approvedTarget((target) => {
        const [back] = target.rollback.operations;
        if (back) back.package = 'bash';
      }),
  ],
  [
    'a rollback to an older version still',
    'rollback-inconsistent',
    () =>
      approvedTarget((target) => {
        const [back] = target.rollback.operations;
        if (back) back.to = '1.0-1';
      }),
  ],
  [
    'a downgrade called installation',
    'moves-backwards',
    () =>
      approvedTarget((target, operation) => {
        operation.to = '3.0.16-1';
        target.rollback.operations = [];
      }),
  ],
  [
    'no move at all',
    'moves-backwards',
    () =>
      approvedTarget((target, operation) => {
        operation.to = '3.0.17-1';
        target.rollback.operations = [];
      }),
  ],
  ['a package that is not there', 'package-not-installed', () => anOrder(aChangeDocument()), withInstalled({})],
  [
    'a package named as a prototype',
    'package-not-installed',
    () =>
      approvedTarget((target, operation) => {
        operation.package = 'constructor';
        target.rollback.operations = [];
      }),
  ],
  [
    'the same package of another architecture',
    'package-not-installed',
    () => anOrder(aChangeDocument()),
    withInstalled({ 'openssl:i386': '3.0.17-1' }),
  ],
  [
    'an older version than planned',
    'version-differs',
    () => anOrder(aChangeDocument()),
    withInstalled({ 'openssl:amd64': '3.0.16-1' }),
  ],
  [
    'a newer version than planned',
    'version-differs',
    () => anOrder(aChangeDocument()),
    withInstalled({ 'openssl:amd64': '3.0.19-1' }),
  ],
  [
    'a rollback from another version',
    'version-differs',
    () => anOrder(aChangeDocument(), { step: 'rollback' }),
    withInstalled({ 'openssl:amd64': '3.0.19-1' }),
  ],
];

/** An SSHSIG of cleo's key, well-formed and wrong. */
function sshBlob({ namespace = CHANGE, key = 0 }: { namespace?: string; key?: number }): Signature {
  const text = (value: Uint8Array | string) => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const own = Buffer.from(publicOf(keys.cleo).spki, 'base64url').subarray(12);
  const embedded = Buffer.from(own.map((byte) => byte ^ key));
  const blob = Buffer.concat([
    Buffer.from('SSHSIG\0\0\0\x01'),
    text(Buffer.concat([text('ssh-ed25519'), text(embedded)])),
    text(namespace),
    text(''),
    text('sha512'),
    text(Buffer.concat([text('ssh-ed25519'), text(new Uint8Array(64))])),
  ]);
  return { kind: 'ssh', key: publicOf(keys.cleo).id, signature: toBase64Url(new Uint8Array(blob)) };
}

describe('an order that people have signed for this machine', () => {
  test.each(['install', 'probe'] as const)('%s is accepted, and names what to do', (step) => {
    const verdict = verify(anOrder(aChangeDocument(), { step }), aHost());
    expect(verdict).toMatchObject({ accepted: true, target: { asset: 'as_1' }, document: { change: 'CH-7' } });
  });

  test.each(['install', 'reboot', 'rollback'] as const)('%s is accepted where the new version is in place', (step) => {
    expect(verify(anOrder(aChangeDocument(), { step }), withInstalled({ 'openssl:amd64': '3.0.18-1' })).accepted).toBe(
      true,
    );
  });

  test('a rollback that is already done is accepted', () => {
    expect(verify(anOrder(aChangeDocument(), { step: 'rollback' }), aHost()).accepted).toBe(true);
  });

  test('a package that a dependency newly asks for is accepted, absent or already there', () => {
    const order = approvedTarget((target, operation) => {
      target.operations.push({ ...operation, package: 'libnew', from: null, to: '1.0' });
    });
    expect(verify(order, aHost()).accepted).toBe(true);
    expect(verify(order, withInstalled({ 'openssl:amd64': '3.0.17-1', 'libnew:amd64': '1.0' })).accepted).toBe(true);
    expect(verify(order, withInstalled({ 'openssl:amd64': '3.0.17-1', 'libnew:amd64': '0.9' }))).toMatchObject({
      code: 'version-differs',
    });
  });

  test("the author's own signature does no harm beside a quorum of others", () => {
    expect(
      verify(
        signed((text) => [ada(text), ben(text), cleo(text)]),
        aHost(),
      ).accepted,
    ).toBe(true);
  });

  test('the author may approve alone where the root names nobody else', () => {
    const alone = aRoot({ quorum: 1, people: [{ id: 'ada', name: 'Ada', keys: [publicOf(keys.ada)] }] });
    const document = { ...aChangeDocument(), quorum: 1 };
    expect(verify(anOrder(document, { sign: (text) => [ada(text)] }), aHost({ root: alone })).accepted).toBe(true);
  });

  test('consent makes a change without a way back possible', () => {
    const order = approved((document) => {
      document.accepts_no_rollback = true;
      for (const target of document.targets)
        target.rollback = { class: 'none', operations: [], reason: 'config moved' };
    });
    expect(verify(order, aHost()).accepted).toBe(true);
  });

  test('looking and taking back do not wait for the next window', () => {
    for (const step of ['probe', 'rollback'] as const) {
      expect(verify(anOrder(aChangeDocument(), { step }), betweenWindows()).accepted).toBe(true);
    }
  });

  test('exactly 31 days are accepted, from the first instant of a window', () => {
    const order = approved(({ windows }) => {
      windows[1] = { from: '2026-11-12T20:00:00Z', until: plus('2026-11-10T20:00:00Z', 31 * DAY) };
    });
    expect(verify(order, at('2026-11-10T20:00:00Z')).accepted).toBe(true);
  });
});

describe('an altered order is refused, with its own reason', () => {
  test.each(ALTERED)('%s: %s', (_what, code, order, host = aHost()) => {
    const verdict = verify(order(), host);
    expect(verdict).toMatchObject({ accepted: false, code });
    if (!verdict.accepted) expect(verdict.detail.startsWith(REFUSALS[code])).toBe(true);
  });

  test('the table holds every reason there is', () => {
    expect([...new Set(ALTERED.map(([, code]) => code))].sort()).toEqual(Object.keys(REFUSALS).sort());
  });
});
