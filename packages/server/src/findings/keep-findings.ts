import { hasStirred, putOff, takeStirred, takeStirredAsset } from '../inventory/stirred.store.ts';
import type { Ctx } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import { tryLockFindings } from './finding.store.ts';
import { hasChangedKeys } from './match.queries.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { rematch } from './rematch.ts';

/** Notes about assets that are taken at once. */
const BATCH = 250;

/**
 * Does the next piece of what findings are due for: matches all that advisories have changed, or, where nothing is left of
 * that, computes the findings of the assets that have waited longest. One process at a time does this; the others find it
 * taken. @returns whether something was done, so that there may be more
 */
export async function keepFindings(ctx: Ctx): Promise<boolean> {
  if (!(await hasChangedKeys(ctx.db)) && !(await hasStirred(ctx.db))) return false;
  let assets: readonly string[] = [];
  try {
    return await inTurn(ctx, async (own) => {
      if (await hasChangedKeys(own.db)) {
        await rematch(own);
        return true;
      }
      assets = await takeStirred(own.db, BATCH);
      if (assets.length > 0) await recomputeFindings(own, assets);
      return assets.length > 0;
    });
  } catch (error) {
    if (assets.length === 0 || isPassing(error)) throw error;
    ctx.log.warn({ error, assets: assets.length }, 'findings of assets could not be computed together; one by one now');
    for (const asset of assets) await recomputeAlone(ctx, asset);
    return true;
  }
}

/** So that one asset that fails keeps no other from its findings. */
async function recomputeAlone(ctx: Ctx, asset: string): Promise<void> {
  try {
    await inTurn(ctx, async (own) => {
      await takeStirredAsset(own.db, asset);
      await recomputeFindings(own, [asset]);
      return true;
    });
  } catch (error) {
    ctx.log.error({ error, asset }, 'the findings of an asset could not be computed; tried again later');
    await putOff(ctx.db, asset);
  }
}

/**
 * In a transaction of its own that sees everything as of one moment, so that matches and the rules they name belong together
 * whatever is loaded meanwhile. False where another process is at it.
 */
function inTurn(ctx: Ctx, work: (own: Ctx) => Promise<boolean>): Promise<boolean> {
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (db: Db) => ((await tryLockFindings(db)) ? work({ ...ctx, db }) : false));
}

/** Whether PostgreSQL asks to try again: somebody else wrote at the same moment. */
function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === '40001' || code === '40P01';
}
