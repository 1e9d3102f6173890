import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { entryHash } from '@fleetmend/domain/audit/hash-chain.ts';
import type { Json } from '@fleetmend/domain/canonical-json.ts';
import type { Ctx } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import { insertEntry, lockChain } from './audit.store.ts';

/** What was done to what: `change.approve`, `change/CH-1`. Never a secret in `detail`. */
export interface Deed {
  verb: string;
  object: string;
  detail: object;
}

/**
 * Adds an entry to the audit log within the caller's transaction, so that deed and entry stand or fall together. Call
 * it late: from here until the commit no other entry can be written.
 */
export async function recordAudit(ctx: Ctx, deed: Deed): Promise<void> {
  if (ctx.db.isTransaction) return append(ctx.db, ctx, deed);
  await ctx.db.transaction().execute((db) => append(db, ctx, deed));
}

async function append(db: Db, ctx: Ctx, { verb, object, detail }: Deed): Promise<void> {
  const { sequence, head } = await lockChain(db);
  const entry = {
    sequence: sequence + 1,
    at: ctx.now.toISOString(),
    actor: storable(ctx.actor.label),
    verb,
    object: storable(object),
    detail: storableJson(detail),
    request_id: ctx.request_id,
  };
  await insertEntry(db, { ...entry, previous_hash: head, hash: entryHash(entry, head, nodeCryptography) });
}

/** What PostgreSQL gives back as it was given: text without NUL and lone surrogates. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** A value as canonical JSON and jsonb both keep it; a number that is no safe integer is kept as its text. */
function storableJson(value: object): Json {
  return JSON.parse(
    JSON.stringify(value, (_key, field: unknown) => {
      if (typeof field === 'number' && !Number.isSafeInteger(field)) return String(field);
      return typeof field === 'string' ? storable(field) : field;
    }),
  );
}
