import { rmSync } from 'node:fs';
import { signedRoot } from '@fleetmend/api/access.ts';
import { hostKeyId, isSuccession, type KeySuccession } from '@fleetmend/api/key-succession.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import { documentDigest, followRoots, ROOT_REFUSALS } from '@fleetmend/domain/access/follow-roots.ts';
import type { SignedRoot, TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { z } from 'zod';
import { readJsonIfThere, writeDurably } from '../platform/durable-file.ts';
import type { ApplierFolder } from './applier-folder.ts';
import { MAX_SUCCESSIONS } from './socket-protocol.ts';

const pinSchema = z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) });
const bindingSchema = z.object({
  asset: z.string().min(1),
  organization: z.string().min(1),
  key: z.string().min(1),
  /** Keys before it, each of which has signed the next. */
  former_keys: z.array(z.string().min(1)).default([]),
});
export type Binding = z.infer<typeof bindingSchema>;

/** The root digest a person pinned on this machine; null while none is. @throws when the file is damaged. */
export function readPin(folder: ApplierFolder): string | null {
  const value = readJsonIfThere(folder.pin);
  return value === null ? null : pinSchema.parse(value).digest;
}

/**
 * Pins the machine to the root with this digest. Another pin is only replaced on purpose, because whoever can replace it
 * decides who approves.
 * @returns what stands in the way, or null.
 */
export function pinRoot(folder: ApplierFolder, text: string, replace: boolean): string | null {
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text.trim())?.[1];
  if (digest === undefined) return 'a root is named by sha256: and 64 hexadecimal digits';
  const before = readPin(folder);
  if (before === digest) return null;
  if (before !== null && !replace)
    return `this machine is pinned to sha256:${before}; to trust another root instead, add --replace`;
  rmSync(folder.roots, { force: true });
  writeDurably(folder.pin, JSON.stringify({ digest }));
  return null;
}

export interface Trust {
  pinned: string | null;
  root: TrustRoot | null;
  digest: string | null;
  /** Why what the server offers is not followed, in words. */
  refused: string | null;
}

function readKnown(folder: ApplierFolder): SignedRoot[] {
  const value = z.array(signedRoot).safeParse(readJsonIfThere(folder.roots));
  return value.success ? value.data : [];
}

/** The root this machine follows, after looking at what is offered; a longer chain is kept before it is believed. */
export function followOffered(folder: ApplierFolder, offered: SignedRoot[]): Trust {
  const digest = readPin(folder);
  if (digest === null) return { pinned: null, root: null, digest: null, refused: null };
  const known = readKnown(folder);
  const pinnedDocument = [...known, ...offered].find(
    (link) => documentDigest(link.document, nodeCryptography) === digest,
  );
  const pinnedRoot = pinnedDocument === undefined ? null : parseTrustRoot(pinnedDocument.document);
  if (pinnedRoot === null) {
    return {
      pinned: digest,
      root: null,
      digest: null,
      refused: offered.length === 0 ? null : ROOT_REFUSALS['pinned-root-missing'],
    };
  }
  const followed = followRoots(
    { pinned: { version: pinnedRoot.version, digest }, known, offered },
    parseTrustRoot,
    nodeCryptography,
  );
  if (followed.root !== null && followed.chain.length !== known.length)
    writeDurably(folder.roots, JSON.stringify(followed.chain));
  const last = followed.chain.at(-1);
  return {
    pinned: digest,
    root: followed.root,
    digest: followed.root === null || last === undefined ? null : documentDigest(last.document, nodeCryptography),
    refused: followed.refused === null ? null : ROOT_REFUSALS[followed.refused],
  };
}

/** Which machine this is: bound once, when root first hears of it; null before. */
export function readBinding(folder: ApplierFolder): Binding | null {
  const value = readJsonIfThere(folder.binding);
  return value === null ? null : bindingSchema.parse(value);
}

/**
 * Binds this machine's identity. Once bound it does not change, except that its key may name the next one: a second identity
 * is refused in words.
 */
export function bind(
  folder: ApplierFolder,
  binding: Omit<Binding, 'former_keys'>,
  successions: readonly KeySuccession[] = [],
): string | null {
  const before = readBinding(folder);
  if (before === null) {
    writeDurably(folder.binding, JSON.stringify(binding));
    return null;
  }
  const isSame = before.asset === binding.asset && before.organization === binding.organization;
  if (isSame && before.key === binding.key) return null;
  const former_keys = isSame ? keysBetween(before, binding.key, successions) : null;
  if (former_keys !== null) {
    writeDurably(folder.binding, JSON.stringify({ ...binding, former_keys }));
    return null;
  }
  return isSame
    ? `the key of asset ${before.asset} is another than the one this machine is bound to; to bind it anew, remove ${folder.binding} as root`
    : `this machine is bound to asset ${before.asset}; to bind it anew, remove ${folder.binding} as root`;
}

/** The keys from the first of a binding to the one before `key`, when each has signed the next; else null. */
function keysBetween(before: Binding, key: string, successions: readonly KeySuccession[]): string[] | null {
  const former = [...before.former_keys];
  let present = before.key;
  for (const succession of successions) {
    if (hostKeyId(succession.old_key) !== present || !isSuccession(before.asset, succession)) continue;
    former.push(present);
    present = hostKeyId(succession.new_key);
    if (present === key) return former.slice(-MAX_SUCCESSIONS);
  }
  return null;
}

const epochSchema = z.object({ highest: z.int().min(0) });

/** The highest epoch of any change accepted here; 0 for none. @throws when the file is damaged. */
export function readEpoch(folder: ApplierFolder): number {
  const value = readJsonIfThere(folder.epoch);
  return value === null ? 0 : epochSchema.parse(value).highest;
}

/** Remembers an accepted epoch, on disk before anything runs. */
export function raiseEpoch(folder: ApplierFolder, epoch: number): void {
  if (epoch > readEpoch(folder)) writeDurably(folder.epoch, JSON.stringify({ highest: epoch }));
}
