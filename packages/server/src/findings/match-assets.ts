import { packageKey } from '@fleetmend/domain/advisories/package-key.ts';
import type { VendorUpdate } from '@fleetmend/domain/advisories/read-msrc.ts';
import { applyUpdates } from '@fleetmend/domain/findings/apply-updates.ts';
import type { FindingInputs } from '@fleetmend/domain/findings/derive-findings.ts';
import { installedSoftware } from '@fleetmend/domain/findings/installed-software.ts';
import type { NamedPackage } from '@fleetmend/domain/findings/merge-matches.ts';
import { authorityOf } from '@fleetmend/domain/findings/prefer-sources.ts';
import type { StoredSoftware } from '../inventory/contents.queries.ts';
import type { Db } from '../platform/database.ts';
import { listLoadedFeeds, listVendorUpdates, readFullRules, readMatches, readRulesOf } from './match.queries.ts';
import { matchNewPackages, namesOf, platformsIn } from './match-packages.ts';
import type { AssetKnowledge } from './read-knowledge.ts';

/** What rules say of one asset's packages, and the keys of findings that an update has ended. */
export type Matched = Pick<FindingInputs, 'matches' | 'rebuttals'> & { ended: ReadonlySet<string> };

/** By the id of a package, on one system. */
interface SystemMatches {
  matches: Map<number, NamedPackage[]>;
  rebuttals: Map<number, NamedPackage[]>;
}

/**
 * What the rules of all feeds say of the packages of assets: stored matches, made for packages that have none yet. Each package
 * is looked at once for each system, however many assets have it. The caller holds the lock on findings.
 */
export async function matchAssets(db: Db, assets: readonly AssetKnowledge[]): Promise<Map<string, Matched>> {
  const found = new Map<string, Matched>();
  const feeds = await listLoadedFeeds(db);
  for (const [system, own] of Map.groupBy(assets, (each) => each.system)) {
    const packages = new Map(own.flatMap(({ software }) => software ?? []).map((each) => [each.id, each]));
    const { matches, rebuttals } = await matchSystem(db, { system, packages, feeds });
    const updates = await readUpdates(db, matches);
    for (const { asset, software } of own) {
      const named = (software ?? []).flatMap(({ id }) => matches.get(id) ?? []);
      const { left, ended } = applyUpdates(named, software ?? [], updates);
      const denied = (software ?? []).flatMap(({ id }) => rebuttals.get(id) ?? []);
      found.set(asset, { matches: left, ended, rebuttals: denied });
    }
  }
  return found;
}

type OfSystem = { system: string; packages: ReadonlyMap<number, StoredSoftware>; feeds: readonly string[] };

async function matchSystem(db: Db, of: OfSystem): Promise<SystemMatches> {
  const { system, packages } = of;
  const said = await readMatches(db, system, [...packages.keys()]);
  const unmatched = [...packages.values()].filter(({ id }) => !said.has(id));
  if (unmatched.length > 0) {
    await matchNewPackages(db, system, unmatched);
    const fresh = await readMatches(
      db,
      system,
      unmatched.map(({ id }) => id),
    );
    for (const [id, each] of fresh) said.set(id, each);
  }
  const rules = await readFullRules(db, [...new Set([...said.values()].flat())]);
  const matches = new Map<number, NamedPackage[]>();
  for (const software of packages.values()) {
    const own = (said.get(software.id) ?? []).flatMap((each) => rules.get(each) ?? []);
    if (own.length === 0) continue;
    matches.set(
      software.id,
      own.map((rule) => ({ software, rule })),
    );
  }
  return { matches, rebuttals: await readRebuttals(db, of, matches) };
}

/** The updates that may have ended matches, where a publisher goes by them and not by versions. */
async function readUpdates(db: Db, matches: SystemMatches['matches']): Promise<VendorUpdate[]> {
  const rules = [...matches.values()].flat().map(({ rule }) => rule);
  const named = rules.filter(({ updates }) => updates.length > 0).map(({ affected }) => affected);
  const packages = new Set(named.map((each) => packageKey(each.ecosystem.toLowerCase(), each.package)));
  return packages.size === 0 ? [] : listVendorUpdates(db, [...packages]);
}

/** What feeds that are believed before others say of what those have matched, and did not match themselves. */
async function readRebuttals(
  db: Db,
  { system, packages, feeds }: OfSystem,
  matches: SystemMatches['matches'],
): Promise<SystemMatches['rebuttals']> {
  const isDoubted = ({ rule: { feed, affected } }: NamedPackage) => {
    const platform = affected.ecosystem;
    return feeds.some((each) => authorityOf({ feed: each, platform }) < authorityOf({ feed, platform }));
  };
  const doubted = [...matches].map(([id, own]) => ({ id, own: own.filter(isDoubted) }));
  const software = doubted.flatMap(({ id, own }) => (own.length > 0 ? (packages.get(id) ?? []) : []));
  if (software.length === 0) return new Map();
  const { platforms, names } = namesOf(platformsIn(system), software.map(installedSoftware));
  const vulnerabilities = doubted.flatMap(({ own }) => own.flatMap(({ rule }) => rule.advisory.vulnerabilities));
  const about = { feeds, platforms, packages: names, vulnerabilities: [...new Set(vulnerabilities)] };
  const rules = Map.groupBy(await readRulesOf(db, about), ({ affected }) => affected.package);
  return new Map(
    software.map((each) => {
      const own = namesOf(platformsIn(system), [installedSoftware(each)]);
      const named = own.names.flatMap((name) => rules.get(name) ?? []);
      const isOn = ({ affected }: (typeof named)[number]) => own.platforms.includes(affected.ecosystem.toLowerCase());
      return [each.id, named.filter(isOn).map((rule) => ({ software: each, rule }))];
    }),
  );
}
