import type { Ctx } from '../platform/context.ts';
import { insertStirred } from './stirred.store.ts';

/** Asks for the findings of assets to be computed anew, since what they rest on has changed; requests that wait are one. */
export async function requestFindings(ctx: Pick<Ctx, 'db'>, assets: readonly string[]): Promise<void> {
  if (assets.length > 0) await insertStirred(ctx.db, assets);
}
