import { Problem } from '@fleetmend/api/problems.ts';
import type { PersonRole } from '@fleetmend/domain/access/trust-root.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { readPerson } from './access.queries.ts';
import { insertPerson, type PersonRow } from './access.store.ts';
import { describePeople } from './describe-person.ts';
import { createSignInLink } from './first-person.ts';

/** Adds a person and the link that signs them in once. @throws Problem `name-taken` */
export async function invitePerson(ctx: Ctx, { name, roles }: { name: string; roles: PersonRole[] }) {
  const row: PersonRow = {
    id: newId('person', ctx.now),
    name,
    roles: [...new Set(roles)],
    created_at: ctx.now.toISOString(),
  };
  if (!(await insertPerson(ctx.db, row, ctx.now)))
    throw new Problem('name-taken', 'Somebody of this name is here already.');
  await recordAudit(ctx, { verb: 'person.create', object: `person/${row.id}`, detail: { name, roles: row.roles } });
  const link = await createSignInLink(ctx, row.id);
  const [person] = await describePeople(ctx, [row]);
  if (person === undefined) throw new Error('a person that was made is described');
  return { person, sign_in_url: link.url, expires_at: link.expires_at };
}

/** Makes a new sign-in link for a person. @throws Problem `not-found` */
export async function renewSignInLink(ctx: Ctx, id: string) {
  if ((await readPerson(ctx.db, id)) === null) throw new Problem('not-found', 'There is no such person.');
  const link = await createSignInLink(ctx, id);
  return { sign_in_url: link.url, expires_at: link.expires_at };
}
