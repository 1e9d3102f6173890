import type { Output } from '@fleetmend/api/client.ts';
import type { Permission } from '@fleetmend/api/endpoint.ts';
import { keyHolders } from '@fleetmend/domain/access/follow-roots.ts';
import type { PublicKey } from '@fleetmend/domain/access/trust-root.ts';
import type { Ctx } from '../platform/context.ts';
import { readOrganization } from '../platform/organization.ts';
import { readKeys } from './access.queries.ts';
import type { KeyRow, PersonRow } from './access.store.ts';
import { personPermissions } from './authenticate.ts';
import { readCurrentRoot } from './trust-root.queries.ts';

export type Session = Output<'readSession'>;
type Person = Session['person'];

/** People with their keys, as the API shows them. */
export async function describePeople(ctx: Ctx, people: readonly PersonRow[]): Promise<Person[]> {
  const keys = await readKeys(
    ctx.db,
    people.map(({ id }) => id),
  );
  const holders = keyHolders((await readCurrentRoot(ctx.db))?.root ?? null);
  return people.map(({ id, name, roles, created_at }) => ({
    id,
    name,
    roles,
    created_at,
    keys: keys.filter(({ person }) => person === id).map((key) => describeKey(key, holders.get(key.id)?.person === id)),
  }));
}

/** A key as the API shows it. */
export function describeKey(key: Omit<KeyRow, 'cose'>, inRoot: boolean): Person['keys'][number] {
  const { name, created_at, credential_id } = key;
  return { ...asPublicKey(key), name, created_at, credential_id, in_root: inRoot };
}

/** A stored key as the trust root names it. */
export function asPublicKey({ id, kind, algorithm, spki, rp_id, origins }: Omit<KeyRow, 'cose'>): PublicKey {
  const key = { id, kind, algorithm, spki };
  return rp_id === null || origins === null ? key : { ...key, rp_id, origins };
}

/** Who is signed in, with what this session or token may do; `expires_at` is the session's or token's end. */
export async function describeSession(
  ctx: Ctx,
  row: PersonRow,
  expires_at: string | null,
  permissions: ReadonlySet<Permission> = personPermissions(row),
): Promise<Session> {
  const [person] = await describePeople(ctx, [row]);
  if (person === undefined) throw new Error('a person that was read is described');
  return {
    person,
    permissions: [...permissions],
    organization: await readOrganization(ctx.db),
    rp_id: ctx.settings.rp_id,
    server_time: ctx.now.toISOString(),
    expires_at,
  };
}
