import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { Db } from '../platform/database.ts';
import { readOrganization } from '../platform/organization.ts';
import { readApproverKeys } from './access.queries.ts';
import { asPublicKey } from './describe-person.ts';
import { type CurrentRoot, readCurrentRoot, readWantedQuorum } from './trust-root.queries.ts';

export interface Proposal {
  root: TrustRoot;
  document: string;
  digest: string;
}

/**
 * The next version of the trust root: all approvers and their keys as they are registered now; null when nothing would
 * change. Who only administers is not in it: machines would wait for people who may not approve.
 */
export async function proposeRoot(db: Db): Promise<{ current: CurrentRoot | null; proposal: Proposal | null }> {
  const current = await readCurrentRoot(db);
  const people = await readApprovers(db);
  if (people.length === 0) return { current, proposal: null };
  const wanted = (await readWantedQuorum(db)) ?? current?.root.quorum ?? 1;
  const root: TrustRoot = {
    type: 'fleetmend/root/v1',
    organization: (await readOrganization(db)).id,
    version: (current?.root.version ?? 0) + 1,
    quorum: Math.min(wanted, people.length),
    people,
  };
  if (current !== null && write({ ...root, version: current.root.version }) === write(current.root))
    return { current, proposal: null };
  const document = write(root);
  return { current, proposal: { root, document, digest: documentDigest(document, nodeCryptography) } };
}

async function readApprovers(db: Db): Promise<TrustRoot['people']> {
  const people = new Map<string, TrustRoot['people'][number]>();
  for (const row of await readApproverKeys(db)) {
    const person = people.get(row.person) ?? { id: row.person, name: row.person_name, keys: [] };
    person.keys.push(asPublicKey(row));
    people.set(row.person, person);
  }
  return [...people.values()];
}

function write(root: TrustRoot): string {
  return canonicalJson(root as unknown as Json);
}
