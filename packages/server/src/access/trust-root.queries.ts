import { parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import type { Signature, SignedRoot, TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

/** The root in force and the chain that leads to it. */
export interface CurrentRoot {
  root: TrustRoot;
  /** SHA-256 of its document, hexadecimal: what machines are pinned to. */
  digest: string;
  signed_at: string;
  /** From version 1 on. */
  chain: SignedRoot[];
}

type RootRow = SignedRoot & { digest: string; signed_at: string };

/** Null until the first version is in force: machines then only observe. */
export async function readCurrentRoot(db: Db): Promise<CurrentRoot | null> {
  const stored = await rows(
    db,
    sql<RootRow>`SELECT document, signatures, digest, signed_at FROM access_root ORDER BY version`,
  );
  const last = stored.at(-1);
  if (last === undefined) return null;
  const root = parseTrustRoot(last.document);
  if (root === null) throw new Error('the stored trust root is damaged');
  const chain = stored.map(({ document, signatures }) => ({ document, signatures }));
  return { root, digest: last.digest, signed_at: last.signed_at, chain };
}

/** The quorum people have asked for in the next version; null when nobody has. */
export async function readWantedQuorum(db: Db): Promise<number | null> {
  return (await first(db, sql<{ quorum: number }>`SELECT quorum FROM access_root_quorum`))?.quorum ?? null;
}

export interface RootSignatureRow {
  person: string;
  key: string;
  signature: Signature;
  signed_at: string;
}

/** Signatures given so far over a proposal. */
export async function readRootSignatures(db: Db, digest: string): Promise<RootSignatureRow[]> {
  return rows(
    db,
    sql<RootSignatureRow>`SELECT person, key, signature, signed_at FROM access_root_signature
      WHERE digest = ${digest} ORDER BY signed_at, person`,
  );
}
