import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import { describe, expect, test } from 'vitest';
import { aRoot, keys, publicOf } from '../../../api/test/signed-order.ts';
import { createEd25519, createSoftwareAuthenticator } from '../../../api/test/software-authenticator.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { documentDigest, followRoots, type RootRefusal } from './follow-roots.ts';
import { SIGNATURE_PURPOSES, type Signature, type SignedRoot, type TrustRoot } from './trust-root.ts';

type Signer = (text: string) => Signature;
const ROOT = SIGNATURE_PURPOSES.root;
const ben: Signer = (text) => keys.ben.sign(ROOT, text);
const benOther: Signer = (text) => signWithEd25519(keys.benOther.privateKey, ROOT, text);
const cleo: Signer = (text) => signWithEd25519(keys.cleo.privateKey, ROOT, text);
const ada: Signer = (text) => signWithEd25519(keys.ada.privateKey, ROOT, text);
const dan: Signer = (text) => signWithEd25519(keys.dan.privateKey, ROOT, text);

const PEOPLE = aRoot().people;
const DAN = { id: 'dan', name: 'Dan', keys: [publicOf(keys.dan)] };

function root(version: number, signers: Signer[], changes: Partial<TrustRoot> = {}): SignedRoot {
  const document = canonicalJson({ ...aRoot({ version }), ...changes } as unknown as Json);
  return { document, signatures: signers.map((sign) => sign(document)) };
}

const one = root(1, [ben, cleo]);
const two = root(2, [ben, cleo], { people: [...PEOPLE, DAN] });
const three = root(3, [ben, cleo, dan], { people: [...PEOPLE.slice(1), DAN], quorum: 3 });
const pin = (signed: SignedRoot, version = 1) => ({
  version,
  digest: documentDigest(signed.document, nodeCryptography),
});

function follow(offered: SignedRoot[], { known = [one], pinned = pin(one) as ReturnType<typeof pin> | null } = {}) {
  return followRoots({ pinned, known, offered }, parseTrustRoot, nodeCryptography);
}

describe('following', () => {
  test('without a pin nothing is followed, whatever is offered', () => {
    expect(follow([one, two], { pinned: null })).toEqual({ root: null, chain: [], refused: null });
  });

  test('the pinned version is taken from an offer, and the chain after it', () => {
    expect(follow([one, two, three], { known: [] })).toMatchObject({
      root: { version: 3 },
      chain: [one, two, three],
      refused: null,
    });
  });

  test('a machine pinned to a later version skips what was before', () => {
    expect(follow([one, two, three], { known: [], pinned: pin(two, 2) })).toMatchObject({
      root: { version: 3 },
      chain: [two, three],
    });
  });

  test('only what is new needs to be offered; nothing new changes nothing; an older chain leads nowhere back', () => {
    expect(follow([three], { known: [one, two] })).toMatchObject({
      root: { version: 3 },
      chain: [one, two, three],
      refused: null,
    });
    expect(follow([], { known: [one, two] })).toMatchObject({ root: { version: 2 }, refused: null });
    expect(follow([one], { known: [one, two] })).toMatchObject({
      root: { version: 2 },
      chain: [one, two],
      refused: null,
    });
  });

  test('a chain kept on the machine that was damaged is led again from the pin', () => {
    const damaged = { ...two, document: two.document.replace('Dan', 'Don') };
    expect(follow([one, two], { known: [one, damaged] })).toMatchObject({ root: { version: 2 }, refused: null });
    expect(follow([], { known: [one, damaged] })).toEqual({ root: null, chain: [], refused: 'known-chain-broken' });
  });

  test('a passkey moves to another origin: signed as the old root knows it, and by others as the new one does', () => {
    const moved = [
      ...PEOPLE.filter(({ id }) => id !== 'ben'),
      { id: 'ben', name: 'Ben', keys: [{ ...keys.ben.public_key, origins: ['https://new.example'] }] },
    ];
    expect(follow([root(2, [ben, cleo, ada], { people: moved })])).toMatchObject({
      root: { version: 2 },
      refused: null,
    });
    expect(follow([root(2, [ben, cleo], { people: moved })])).toMatchObject({ refused: 'new-quorum-not-met' });
  });
});

const twin = createEd25519();
const stranger = createSoftwareAuthenticator({ rp_id: 'a.example', origin: 'https://a.example' });
const withBen = (key: object) => [
  { id: 'ben', name: 'Ben', keys: [{ ...keys.ben.public_key, ...key }] },
  ...PEOPLE.filter(({ id }) => id !== 'ben'),
];

const REFUSED: [what: string, refused: RootRefusal, offered: () => SignedRoot[]][] = [
  ['not canonical', 'malformed', () => [{ ...two, document: ` ${two.document}` }]],
  [
    'a key whose id is not its digest',
    'malformed',
    () => [
      root(2, [ben, cleo], { people: [...PEOPLE, { ...DAN, keys: [{ ...publicOf(keys.dan), id: '0'.repeat(64) }] }] }),
    ],
  ],
  [
    'a passkey without a relying party',
    'malformed',
    () => [root(2, [cleo, ada], { people: withBen({ rp_id: '' }) as TrustRoot['people'] })],
  ],
  [
    'a passkey without an origin',
    'malformed',
    () => [root(2, [cleo, ada], { people: withBen({ origins: [] }) as TrustRoot['people'] })],
  ],
  [
    'an SSH key bound to an origin',
    'malformed',
    () => [
      root(2, [ben, cleo], {
        people: [...PEOPLE, { ...DAN, keys: [{ ...publicOf(keys.dan), kind: 'ssh', origins: ['https://x.example'] }] }],
      }),
    ],
  ],
  [
    'a bare key of another algorithm',
    'malformed',
    () => [
      root(2, [ben, cleo], { people: [...PEOPLE, { ...DAN, keys: [{ ...publicOf(keys.dan), algorithm: 'ES256' }] }] }),
    ],
  ],
  [
    'one key of two people',
    'ambiguous-people',
    () => [root(2, [ben, cleo], { people: [...PEOPLE, { ...DAN, keys: [publicOf(keys.cleo)] }] })],
  ],
  [
    'one person twice',
    'ambiguous-people',
    () => [root(2, [ben, cleo], { people: [...PEOPLE, { id: 'cleo', name: 'C', keys: [publicOf(twin)] }] })],
  ],
  ['a quorum of more than there are', 'quorum-impossible', () => [root(2, [ben, cleo, ada], { quorum: 4 })]],
  ['another organisation', 'wrong-organization', () => [root(2, [ben, cleo], { organization: 'org_2' })]],
  ['a version left out', 'version-gap', () => [three]],
  ['another version 1', 'forked', () => [root(1, [ben, cleo], { quorum: 1 })]],
  ['nobody signed', 'old-quorum-not-met', () => [root(2, [])]],
  ['one person with two keys', 'old-quorum-not-met', () => [root(2, [ben, benOther])]],
  ['only people of the new root', 'old-quorum-not-met', () => [root(2, [dan, cleo], { people: [...PEOPLE, DAN] })]],
  [
    'too few of the new root',
    'new-quorum-not-met',
    () => [root(2, [ben, cleo], { people: [...PEOPLE.slice(2), DAN] })],
  ],
  ['a lower quorum, signed by the lower quorum', 'old-quorum-not-met', () => [root(2, [ben], { quorum: 1 })]],
  ['a signature over another version', 'bad-signature', () => [{ ...two, signatures: one.signatures }]],
  ['a signature of a stranger', 'bad-signature', () => [root(2, [ben, cleo, (text) => stranger.sign(ROOT, text)])]],
  [
    'a signature for a change',
    'bad-signature',
    () => [root(2, [ben, (text) => signWithEd25519(keys.cleo.privateKey, SIGNATURE_PURPOSES.change, text)])],
  ],
  ['one good, then one bad', 'old-quorum-not-met', () => [two, root(3, [cleo], { people: [...PEOPLE, DAN] })]],
];

describe('an offer with one thing wrong changes nothing', () => {
  test.each(REFUSED)('%s: %s', (_what, refused, offered) => {
    expect(follow(offered())).toEqual({ root: expect.objectContaining({ version: 1 }), chain: [one], refused });
  });

  test('the pinned version must be the pinned document', () => {
    expect(follow([root(1, [ben, cleo], { quorum: 1 })], { known: [] })).toEqual({
      root: null,
      chain: [],
      refused: 'digest-mismatch',
    });
    expect(follow([two], { known: [] })).toMatchObject({ root: null, refused: 'pinned-root-missing' });
    expect(follow([], { known: [] })).toMatchObject({ root: null, refused: 'pinned-root-missing' });
  });

  test('a pinned root that its own people did not sign is refused', () => {
    const unsigned = root(1, [ben]);
    expect(follow([unsigned], { known: [], pinned: pin(unsigned) })).toMatchObject({
      root: null,
      refused: 'new-quorum-not-met',
    });
  });
});
