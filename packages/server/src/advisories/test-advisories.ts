import { type Advisory, type Affected, plainAdvisory } from '@fleetmend/domain/advisories/advisory.ts';
import { ruleOf } from '@fleetmend/domain/advisories/rule.ts';
import type { AdvisoryFeedId } from '../feeds/registry.ts';
import type { Ctx } from '../platform/context.ts';
import { advisoryTable } from './advisory.store.ts';

/** What one advisory of a test says; the rest is what little is known of any. */
export type TestAdvisory = Partial<Advisory> & { affected?: Affected[] };

/** Puts advisories in the place of all that a feed has said so far, as a load does. */
export async function replaceAdvisories(ctx: Ctx, feed: AdvisoryFeedId, given: readonly TestAdvisory[]): Promise<void> {
  const records = given.map(({ affected = [], ...more }) => {
    const advisory = plainAdvisory('DSA-1', [], more);
    return { advisory, rules: affected.map((each) => ruleOf(feed, advisory, each, { names: 'source' })) };
  });
  const table = advisoryTable(feed);
  await ctx.db.transaction().execute(async (db) => {
    await table.stage(db);
    await table.insert(db, records, ctx.now);
    await table.countDistinct(db);
    await table.swap(db);
  });
}
