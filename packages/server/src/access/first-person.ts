import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { readFirstAdmin } from './access.queries.ts';
import { insertLink, insertPerson } from './access.store.ts';
import { hashSecret, newSecret } from './secret.ts';

const LINK_MILLISECONDS = 15 * 60_000;

/** The id of the first admin, made when nobody is there yet. Whoever starts the server can always sign in as that person. */
export async function ensureFirstPerson(ctx: Ctx): Promise<string> {
  const known = await readFirstAdmin(ctx.db);
  if (known !== null) return known.id;
  const id = newId('person', ctx.now);
  const person = { id, name: 'Administrator', roles: ['admin', 'approver'] as const };
  const isNew = await insertPerson(ctx.db, { ...person, roles: [...person.roles] }, ctx.now);
  // Another server that starts on the same empty database was quicker.
  if (!isNew) return (await readFirstAdmin(ctx.db))?.id ?? id;
  await recordAudit(ctx, {
    verb: 'person.create',
    object: `person/${id}`,
    detail: { name: person.name, roles: person.roles },
  });
  return id;
}

/** A link that signs a person in, once, within 15 minutes. Its secret stands behind `#`, which browsers send to no server. */
export async function createSignInLink(ctx: Ctx, person: string): Promise<{ url: string; expires_at: string }> {
  const secret = newSecret();
  const expires_at = new Date(ctx.now.getTime() + LINK_MILLISECONDS);
  await insertLink(ctx.db, { hash: hashSecret(secret), person, expires_at }, ctx.now);
  await recordAudit(ctx, {
    verb: 'person.sign-in-link',
    object: `person/${person}`,
    detail: { expires_at: expires_at.toISOString() },
  });
  return { url: `${ctx.settings.origin}/sign-in#${secret}`, expires_at: expires_at.toISOString() };
}
