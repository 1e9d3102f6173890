import { createFactsGatherer, type FactsGatherer } from '@fleetmend/domain/advisories/gather-facts.ts';
import type { FeedFreshness } from '@fleetmend/domain/feeds/feed-freshness.ts';
import type { MatchedFinding } from '@fleetmend/domain/findings/match-finding.ts';
import { schemeOfPlatform } from '@fleetmend/domain/findings/scheme-of-platform.ts';
import type { AssetWorth } from '@fleetmend/domain/inventory/asset.ts';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import { type Explanation, explainPatch } from '@fleetmend/domain/patches/explain-patch.ts';
import { rankPatches } from '@fleetmend/domain/patches/rank-patches.ts';
import { factsOfUpdate, updatesOfFindings } from '@fleetmend/domain/patches/updates-of-findings.ts';
import { FIRST_MODEL } from '@fleetmend/domain/policies/ranking-model.ts';
import { compareVersionTexts } from '@fleetmend/domain/versions/registry.ts';
import { matchFeeds } from './match-inventory.ts';
import { type FactsKind, factsKindOf, readFactsFile } from './read-facts-file.ts';
import { readFeedFile } from './read-feed-file.ts';

const TITLES = {
  kev: 'CISA Known Exploited Vulnerabilities',
  epss: 'FIRST EPSS',
  cve: 'CISA Vulnrichment',
} as const satisfies Record<FactsKind, string>;

/** The one machine that files tell of. */
export interface OfflineMachine {
  hostname: string;
  inventory: InstalledInventory;
  worth: AssetWorth;
}

/**
 * Why each update that an inventory needs stands where it stands, by the same rules as on a server, from files alone: what
 * advisories ask for, ranked by KEV, EPSS and CVE records as far as they are given.
 * @throws CliError (usage) for a file that is no feed
 */
export async function explainOffline(
  { hostname, inventory, worth }: OfflineMachine,
  files: readonly string[],
  now: string,
): Promise<Explanation[]> {
  const kinds = new Map<string, FactsKind | null>();
  for (const file of files) kinds.set(file, await factsKindOf(file));
  const advisories = files.filter((file) => kinds.get(file) === null);
  const { findings } = await matchFeeds(inventory, advisories);
  const updates = updatesOfFindings(findings, sourcesOf(inventory), newerIn(inventory));
  const gatherer = createFactsGatherer(new Set(updates.flatMap(({ vulnerabilities }) => vulnerabilities)));
  for (const [file, kind] of kinds) {
    if (kind === null) await gatherAdvisories(file, gatherer);
    else await readFactsFile(file, kind, gatherer);
  }
  const given = new Set(kinds.values());
  const is_loaded = { kev: given.has('kev'), cve: given.has('cve') };
  const asset = { id: hostname, hostname, worth };
  const facts = updates.map((update) => factsOfUpdate(update, asset, { facts: gatherer.facts, is_loaded, now }));
  const feeds = describeGaps(given);
  const ranked = rankPatches(facts, feeds, FIRST_MODEL);
  const from = new Map(updates.map(({ source, from_version }) => [source, from_version]));
  return ranked.map((each) => explainPatch(each, ranked, { feeds, from: from.get(each.facts.source) ?? '' }));
}

function gatherAdvisories(file: string, gatherer: FactsGatherer): Promise<void> {
  return readFeedFile(file, {
    rule: ({ feed, advisory, affected }) => gatherer.advisory(feed, advisory, affected.severity),
    msrc: () => undefined,
  });
}

function sourcesOf({ packages }: InstalledInventory): (name: string) => string {
  const sources = new Map(packages.map(({ name, source }) => [name, source]));
  return (name) => sources.get(name) ?? name;
}

/** By the order of a package's own ecosystem, else of the system's; what has no order keeps the first fix that is named. */
function newerIn(inventory: InstalledInventory): (finding: MatchedFinding, than: string) => boolean {
  const ecosystems = new Map(inventory.packages.map(({ name, ecosystem }) => [name, ecosystem]));
  const [system = ''] = platformsOf(inventory);
  return ({ package: name, fixed }, than) => {
    const scheme = schemeOfPlatform(ecosystems.get(name) ?? system);
    return fixed !== null && scheme !== null && compareVersionTexts(scheme, fixed, than) === 1;
  };
}

function describeGaps(given: ReadonlySet<FactsKind | null>): FeedFreshness[] {
  return Object.entries(TITLES).map(([id, title]) => ({
    id,
    title,
    as_of: null,
    problem: given.has(id as FactsKind) ? null : `${title} was not given`,
  }));
}
