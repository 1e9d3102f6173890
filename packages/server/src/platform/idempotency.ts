import { Problem } from '@fleetmend/api/problems.ts';
import { sql } from 'kysely';
import type { Ctx } from './context.ts';
import { changed, first } from './database.ts';

/** One request of one person: sent again with the same key it gets the first answer, with another body it is refused. */
export interface RequestKey {
  principal: string;
  key: string;
  hash: Buffer;
  status: number;
}

/**
 * Runs a request once for its key, inside the request's own transaction, so that the answer and the effect commit
 * together. A second sender waits for the first one's commit on the row.
 * @throws Problem `idempotency-key-reused`
 */
export async function replayOrRun<T>(
  ctx: Ctx,
  { principal, key, hash, status }: RequestKey,
  run: () => Promise<T>,
): Promise<T> {
  const isFirst = await changed(
    ctx.db,
    sql`INSERT INTO platform_idempotency (principal, key, request_hash, status, created_at)
      VALUES (${principal}, ${key}, ${hash}, ${status}, ${ctx.now}) ON CONFLICT DO NOTHING`,
  );
  if (isFirst === 0) {
    const known = await first(
      ctx.db,
      sql<{ request_hash: Buffer; answer: T }>`SELECT request_hash, answer FROM platform_idempotency
        WHERE principal = ${principal} AND key = ${key}`,
    );
    if (known === null || !hash.equals(known.request_hash)) {
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key came with another request before; take a new one.',
      );
    }
    return known.answer;
  }
  const answer = await run();
  await sql`UPDATE platform_idempotency SET answer = ${JSON.stringify(answer)}::jsonb
    WHERE principal = ${principal} AND key = ${key}`.execute(ctx.db);
  return answer;
}

/** Keys are kept for two days: longer than any client retries. */
export async function forgetOldRequests(ctx: Ctx): Promise<void> {
  await sql`DELETE FROM platform_idempotency WHERE created_at < ${new Date(ctx.now.getTime() - 2 * 86_400_000)}`.execute(
    ctx.db,
  );
}
