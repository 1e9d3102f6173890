import type { FindingInputs } from '@fleetmend/domain/findings/derive-findings.ts';
import { authorityOf } from '@fleetmend/domain/findings/feed-authority.ts';
import { installedSoftware } from '@fleetmend/domain/findings/installed-software.ts';
import type { AdvisoryMatch, NamedPackage } from '@fleetmend/domain/findings/merge-matches.ts';
import type { Ctx } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import type { AssetKnowledge } from './finding.queries.ts';
import { listLoadedFeeds, readMatches, readRulesOf, readUnmatched } from './match.queries.ts';
import { lockMatches } from './match.store.ts';
import { matchPackages, namesOf, platformsIn, systemOf } from './match-packages.ts';
import { rematch } from './rematch.ts';

/** What the rules of all feeds say of an asset's packages: stored matches, brought up to date where they lack something. */
export async function matchAsset(
  ctx: Ctx,
  { software, facts, set_digest }: AssetKnowledge,
): Promise<Pick<FindingInputs, 'matches' | 'rebuttals'>> {
  if (software === null || set_digest === null) return { matches: [], rebuttals: [] };
  await rematch(ctx);
  const system = systemOf(facts?.os ?? null);
  if ((await readUnmatched(ctx.db, system, set_digest)).length > 0) {
    await lockMatches(ctx.db);
    // Again, since whoever held the lock may have matched some of them.
    await matchPackages(ctx.db, system, await readUnmatched(ctx.db, system, set_digest));
  }
  const matches = await readMatches(ctx.db, system, new Map(software.map((each) => [each.id, each])));
  return { matches, rebuttals: await readRebuttals(ctx.db, system, matches) };
}

/** What feeds that are believed before others say of what those have matched, and did not match themselves. */
async function readRebuttals(db: Db, system: string, matches: readonly AdvisoryMatch[]): Promise<NamedPackage[]> {
  const loaded = await listLoadedFeeds(db);
  const doubted = matches.filter(({ rule: { feed, affected } }) =>
    loaded.some((each) => authorityOf(each, affected.ecosystem) < authorityOf(feed, affected.ecosystem)),
  );
  if (doubted.length === 0) return [];
  const software = [...new Set(doubted.map((match) => match.software))];
  const { platforms, names } = namesOf(platformsIn(system), software.map(installedSoftware));
  const vulnerabilities = [...new Set(doubted.flatMap(({ rule }) => rule.advisory.vulnerabilities))];
  const rules = await readRulesOf(db, { feeds: loaded, platforms, packages: names, vulnerabilities });
  return software.flatMap((each) => {
    const own = namesOf(platformsIn(system), [installedSoftware(each)]);
    const named = rules.filter(
      ({ affected }) =>
        own.names.includes(affected.package) && own.platforms.includes(affected.ecosystem.toLowerCase()),
    );
    return named.map((rule) => ({ software: each, rule }));
  });
}
