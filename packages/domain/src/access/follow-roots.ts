import { fromBase64Url, toHex } from './bytes.ts';
import type { Cryptography } from './cryptography.ts';
import { type PublicKey, SIGNATURE_PURPOSES, type SignedRoot, type TrustRoot } from './trust-root.ts';
import { verifySignature } from './verify-signature.ts';

/** Why a machine does not follow a root, and how that is said. */
export const ROOT_REFUSALS = {
  'known-chain-broken': 'The chain of roots kept on this machine does not follow from the one it is pinned to.',
  'pinned-root-missing': 'The root this machine is pinned to is not among those offered.',
  'digest-mismatch': 'The root offered as the pinned version is another document.',
  forked: 'Another document is offered as a version that is already followed.',
  'version-gap': 'A version of the root is missing from those offered.',
  malformed: 'A root is not a root document in canonical form, or its keys cannot be what they say.',
  'ambiguous-people': 'A root names one person or one key twice.',
  'quorum-impossible': 'A root asks for more people than it names.',
  'wrong-organization': 'A root is for another organisation.',
  'bad-signature': 'A signature on a root does not count.',
  'old-quorum-not-met': 'Too few people of the version before have signed a root.',
  'new-quorum-not-met': 'Too few people of a root have signed it themselves.',
} as const;
export type RootRefusal = keyof typeof ROOT_REFUSALS;

/** What a machine knows (`pinned` at its enrolment, `known` ever since) and what the server offers, oldest first. */
export interface RootOffer {
  pinned: { version: number; digest: string } | null;
  known: SignedRoot[];
  offered: SignedRoot[];
}

/** The root to believe, the chain that leads to it from the pinned one, and why an offer was refused if it was. */
export interface FollowedRoots {
  root: TrustRoot | null;
  chain: SignedRoot[];
  refused: RootRefusal | null;
}

type Parse = (text: string) => TrustRoot | null;
type Walk = { root: TrustRoot | null; chain: SignedRoot[] };

/** SHA-256 of the document's text, as hexadecimal: what a machine is pinned to, and what If-Match carries. */
export function documentDigest(document: string, crypto: Cryptography): string {
  return toHex(crypto.sha256(document));
}

/**
 * Follows the chain of trust roots from the pinned one, version by version, as TUF does for its root role (TUF 1.0
 * §5.3). Never goes back, never skips; an offer with one thing wrong in it changes nothing.
 */
export function followRoots(
  { pinned, known, offered }: RootOffer,
  parseRoot: Parse,
  crypto: Cryptography,
): FollowedRoots {
  const nothing: Walk = { root: null, chain: [] };
  if (pinned === null) return { ...nothing, refused: null };
  const kept = walk(nothing, known, { pinned, parseRoot, crypto });
  // What this machine itself keeps has been damaged: what the server offers may lead from the pin again.
  const base = typeof kept === 'string' ? nothing : kept;
  const reached = walk(base, offered, { pinned, parseRoot, crypto });
  if (typeof reached === 'string') return { ...base, refused: reached };
  if (reached.root === null)
    return { ...base, refused: typeof kept === 'string' ? 'known-chain-broken' : 'pinned-root-missing' };
  return { ...reached, refused: null };
}

interface Means {
  pinned: { version: number; digest: string };
  parseRoot: Parse;
  crypto: Cryptography;
}

function walk(from: Walk, links: readonly SignedRoot[], means: Means): Walk | RootRefusal {
  let { root, chain } = from;
  for (const link of links) {
    const next = means.parseRoot(link.document);
    if (next === null) return 'malformed';
    // Versions from before this machine was pinned are of no interest to it.
    if (next.version < means.pinned.version) continue;
    if (root !== null && next.version <= root.version) {
      if (chain[next.version - means.pinned.version]?.document !== link.document) return 'forked';
      continue;
    }
    const refusal = linkRefusal(root, { root: next, link }, means);
    if (refusal !== null) return refusal;
    root = next;
    chain = [...chain, link];
  }
  return { root, chain };
}

function linkRefusal(
  before: TrustRoot | null,
  { root, link }: { root: TrustRoot; link: SignedRoot },
  { pinned, crypto }: Means,
): RootRefusal | null {
  if (before === null && root.version !== pinned.version) return 'pinned-root-missing';
  if (before === null && documentDigest(link.document, crypto) !== pinned.digest) return 'digest-mismatch';
  if (before !== null && root.version !== before.version + 1) return 'version-gap';
  if (before !== null && root.organization !== before.organization) return 'wrong-organization';
  return rootFault(root, crypto) ?? rootSignaturesFault(before, root, link, crypto);
}

/** What is wrong with a root in itself, whoever signed it; null when nothing is. */
export function rootFault(root: TrustRoot, crypto: Cryptography): RootRefusal | null {
  const keys = root.people.flatMap((person) => person.keys);
  if (!keys.every((key) => isPossibleKey(key, crypto))) return 'malformed';
  const hasRepeats = (ids: string[]) => new Set(ids).size < ids.length;
  if (hasRepeats(keys.map((key) => key.id)) || hasRepeats(root.people.map((person) => person.id)))
    return 'ambiguous-people';
  return root.quorum > root.people.length ? 'quorum-impossible' : null;
}

/** A key's id is the digest of its bytes, and only passkeys are bound to web sites. */
function isPossibleKey(key: PublicKey, crypto: Cryptography): boolean {
  const spki = fromBase64Url(key.spki);
  if (spki === null || toHex(crypto.sha256(spki)) !== key.id) return false;
  if (key.kind === 'passkey') return (key.rp_id ?? '') !== '' && (key.origins ?? []).length > 0;
  return key.algorithm === 'EdDSA' && key.rp_id === undefined && key.origins === undefined;
}

/**
 * Whether the right people have signed a root: its own quorum, and that of the version before where there is one. Each
 * signature must be good by what one of the two versions says of its key; several of one person count once.
 */
export function rootSignaturesFault(
  before: TrustRoot | null,
  root: TrustRoot,
  { document, signatures }: SignedRoot,
  crypto: Cryptography,
): RootRefusal | null {
  const old = keyHolders(before);
  const own = keyHolders(root);
  const oldSigners = new Set<string>();
  const ownSigners = new Set<string>();
  for (const signature of signatures) {
    const isGood = (holder: Holder | undefined): holder is Holder =>
      holder !== undefined &&
      verifySignature({ signature, key: holder.key, purpose: SIGNATURE_PURPOSES.root, document }, crypto) === null;
    const [oldHolder, ownHolder] = [old.get(signature.key), own.get(signature.key)].map((holder) =>
      isGood(holder) ? holder : null,
    );
    if (!oldHolder && !ownHolder) return 'bad-signature';
    if (oldHolder) oldSigners.add(oldHolder.person);
    if (ownHolder) ownSigners.add(ownHolder.person);
  }
  if (before !== null && oldSigners.size < before.quorum) return 'old-quorum-not-met';
  return ownSigners.size < root.quorum ? 'new-quorum-not-met' : null;
}

interface Holder {
  person: string;
  key: PublicKey;
}

/** Each key a root names, by its id, with the person it belongs to. */
export function keyHolders(root: TrustRoot | null): Map<string, Holder> {
  const people = root?.people ?? [];
  return new Map(people.flatMap(({ id, keys }) => keys.map((key) => [key.id, { person: id, key }] as const)));
}
