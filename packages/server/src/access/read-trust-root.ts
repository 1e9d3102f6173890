import type { Output } from '@fleetmend/api/client.ts';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { Ctx } from '../platform/context.ts';
import { pinCommand } from './enrol-command.ts';
import { proposeRoot } from './propose-root.ts';
import { readRootSignatures } from './trust-root.queries.ts';

/** The root in force, the chain that leads to it, and the next version with who has signed it. */
export async function readTrustRoot(ctx: Ctx): Promise<Output<'readTrustRoot'>> {
  const { current, proposal } = await proposeRoot(ctx.db);
  const signatures = proposal === null ? [] : await readRootSignatures(ctx.db, proposal.digest);
  const signers = new Set(signatures.map(({ person }) => person));
  return {
    current: current === null ? null : { root: current.root, digest: current.digest, signed_at: current.signed_at },
    chain: current?.chain ?? [],
    proposal:
      proposal === null
        ? null
        : {
            ...proposal,
            signatures: signatures.map(({ person, key, signed_at }) => ({ person, key, signed_at })),
            needs: missingSignatures(current?.root ?? null, proposal.root, signers),
          },
    pin_command: current === null ? null : pinCommand(current.digest),
  };
}

/** Who is still to sign, in words: the quorum of the version in force, and that of the next one. */
export function missingSignatures(before: TrustRoot | null, next: TrustRoot, signers: ReadonlySet<string>): string[] {
  const needs = [before, next].flatMap((root) => {
    if (root === null) return [];
    const open = root.people.filter(({ id }) => !signers.has(id));
    const missing = root.quorum - (root.people.length - open.length);
    return missing > 0 ? [`${missing} of ${open.map(({ name }) => name).join(', ')}`] : [];
  });
  return [...new Set(needs)];
}
