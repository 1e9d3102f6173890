import type { Permission } from '@fleetmend/api/endpoint.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { insertToken, revokeToken as revokeRow } from './access.store.ts';
import { refuseNarrowToken } from './refuse-narrow-token.ts';
import { hashSecret, newToken } from './secret.ts';

const DAY_MILLISECONDS = 86_400_000;

export interface TokenWish {
  name: string;
  permissions?: Permission[] | undefined;
  expires_in_days: number;
}

/** Makes an API token that may do no more than who makes it. Its secret is in the answer and nowhere else. @throws Problem `permission-missing` */
export async function createToken(ctx: Ctx, { name, permissions, expires_in_days }: TokenWish) {
  const { person, permissions: own } = signedIn(ctx);
  await refuseNarrowToken(ctx);
  const wanted = new Set<Permission>(permissions ?? own);
  const missing = [...wanted].filter((permission) => !own.has(permission));
  if (missing.length > 0)
    throw new Problem('permission-missing', `A token cannot do what you cannot: ${missing.join(', ')}.`);
  const token = newToken();
  const expires_at = new Date(ctx.now.getTime() + expires_in_days * DAY_MILLISECONDS);
  const row = {
    id: newId('token', ctx.now),
    hash: hashSecret(token),
    person,
    name,
    permissions: [...wanted],
    expires_at,
  };
  await insertToken(ctx.db, row, ctx.now);
  const detail = { name, permissions: row.permissions, expires_at: expires_at.toISOString() };
  await recordAudit(ctx, { verb: 'token.create', object: `token/${row.id}`, detail });
  return { id: row.id, token, expires_at: expires_at.toISOString() };
}

/** Revokes one of the signed-in person's tokens. @throws Problem `not-found` */
export async function revokeToken(ctx: Ctx, id: string): Promise<null> {
  const { person } = signedIn(ctx);
  if (!(await revokeRow(ctx.db, { id, person }, ctx.now))) throw new Problem('not-found', 'You have no such token.');
  await recordAudit(ctx, { verb: 'token.revoke', object: `token/${id}`, detail: {} });
  return null;
}

function signedIn({ actor }: Ctx) {
  if (actor.kind !== 'person') throw new Problem('sign-in-needed', 'Sign in first.');
  return actor;
}
