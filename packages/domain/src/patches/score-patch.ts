import { listedHereSince, ransomwareHereSince, removedHereAt } from '../advisories/kev-history.ts';
import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { FeedFreshness } from '../feeds/feed-freshness.ts';
import { type AssetWorth, CRITICALITIES, EXPOSURES, SENSITIVITIES } from '../inventory/asset.ts';
import type { RankingModel } from '../policies/ranking-model.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';

/** One line of the table that explains a score; the points of all lines sum to it, exactly. */
export interface Factor {
  id: string;
  label: string;
  value: string;
  points: number;
  source: string;
  as_of: string | null;
}

/** The score, 0 to 100, and where each of its points comes from. */
export interface PatchScore {
  score: number;
  factors: Factor[];
}

/** Adds up whole points, so that nothing is lost to rounding: the score is the sum of the lines by construction. */
export function scorePatch(patch: PatchFacts, feeds: readonly FeedFreshness[], weights: RankingModel): PatchScore {
  const asOf: AsOf = (id) => feeds.find((feed) => feed.id === id)?.as_of ?? null;
  const factors = [
    ...exploitation(patch, asOf('kev'), weights),
    likelihood(patch.vulnerabilities, asOf('epss'), weights),
    worthFactor({ key: 'exposure', label: 'Reachable from', order: EXPOSURES }, patch, weights),
    worthFactor({ key: 'criticality', label: 'Criticality', order: CRITICALITIES }, patch, weights),
    worthFactor({ key: 'data_sensitivity', label: 'Data on it', order: SENSITIVITIES }, patch, weights),
    impact(patch.vulnerabilities, asOf, weights),
    spread(patch, weights),
  ];
  const sum = factors.reduce((total, { points }) => total + points, 0);
  if (patch.reboot_package !== null) factors.push(reboot(patch.reboot_package, sum, weights));
  return { score: factors.reduce((total, { points }) => total + points, 0), factors };
}

/** When a feed was last loaded; null when never, or when the feed is not known. */
type AsOf = (feed: string) => string | null;

function exploitation(
  { vulnerabilities, is_loaded }: PatchFacts,
  asOf: string | null,
  weights: RankingModel,
): Factor[] {
  const known = vulnerabilities.filter(({ known_exploited }) => known_exploited !== null);
  const ransomware = known.filter(({ known_exploited }) => known_exploited?.is_ransomware === true);
  const absent = is_loaded.kev ? 'not in KEV' : 'not known';
  return [
    {
      id: 'known_exploited',
      label: 'Known exploited',
      value: known.length === 0 ? (describeRemoval(vulnerabilities) ?? absent) : describeListing(known),
      points: known.length === 0 ? 0 : weights.known_exploited,
      source: 'CISA KEV',
      as_of: asOf,
    },
    {
      id: 'ransomware',
      label: 'Used by ransomware',
      value:
        ransomware.length === 0
          ? known.length === 0
            ? absent
            : 'KEV does not say so'
          : describeRansomware(ransomware),
      points: ransomware.length === 0 ? 0 : weights.ransomware,
      source: 'CISA KEV',
      as_of: asOf,
    },
  ];
}

/**
 * The chance that any of some vulnerabilities is exploited in the next 30 days: 1 − Π(1 − EPSS), taking them as
 * independent; 0 where no score is known. One likely vulnerability and thirty unlikely ones both weigh what they should.
 */
export function jointLikelihood(vulnerabilities: readonly VulnerabilityFacts[]): number {
  return 1 - vulnerabilities.reduce((none, { epss }) => none * (1 - (epss?.score ?? 0)), 1);
}

/** The root spreads the low scores, where nearly all vulnerabilities are: 0.01 and 0.04 differ by as much as 0.49 and 0.64. */
function likelihood(
  vulnerabilities: readonly VulnerabilityFacts[],
  asOf: string | null,
  weights: RankingModel,
): Factor {
  const factor = { id: 'epss', label: 'Likely to be exploited', source: 'FIRST EPSS', as_of: asOf };
  const scored = vulnerabilities.filter(({ epss }) => epss !== null);
  const best = highest(scored, ({ epss }) => epss?.score ?? -1);
  if (best?.epss == null) return { ...factor, value: 'not known', points: 0 };
  const joint = jointLikelihood(scored);
  const single = `EPSS ${best.epss.score} (percentile ${best.epss.percentile}), ${best.id}`;
  const value = scored.length === 1 ? single : `${roundTo4(joint)} for any of ${scored.length}; highest: ${single}`;
  return { ...factor, value, points: Math.round(weights.epss * Math.sqrt(joint)) };
}

/** Four digits, as FIRST publishes the percentile. */
export function roundTo4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Takes the worst of what is known; a machine nobody has described counts neither as harmless nor as worst, and is named elsewhere. */
function worthFactor<Key extends keyof AssetWorth>(
  { key, label, order }: { key: Key; label: string; order: readonly NonNullable<AssetWorth[Key]>[] },
  patch: PatchFacts,
  model: RankingModel,
): Factor {
  const { affected, inventory_as_of } = patch;
  const weights: Record<string, number> = model[key];
  let worst = -1;
  for (const { worth } of affected) {
    const value = worth[key];
    if (value !== null) worst = Math.max(worst, order.indexOf(value));
  }
  const value = order[worst];
  const factor = { id: key, label, source: 'what its owner says', as_of: inventory_as_of };
  if (!isSecurityRelevant(patch)) return { ...factor, value: 'does not count: no vulnerability', points: 0 };
  if (value === undefined) return { ...factor, value: 'not known', points: 0 };
  const count = affected.filter(({ worth }) => worth[key] === value).length;
  return { ...factor, value: `${value}, ${count} of ${machines(affected.length)}`, points: weights[value] ?? 0 };
}

function impact(vulnerabilities: readonly VulnerabilityFacts[], asOf: AsOf, weights: RankingModel): Factor {
  const factor = { id: 'impact', label: 'Impact' };
  // A map, since the word comes from a feed and might be the name of something every object has.
  const words = new Map<string, number>(Object.entries(weights.severity));
  const fromCvss = ({ cvss }: VulnerabilityFacts) =>
    cvss === null ? -1 : Math.round((weights.impact * cvss.score) / 10);
  const fromWord = ({ severity }: VulnerabilityFacts) => (severity === null ? -1 : (words.get(severity.word) ?? -1));
  const rate = (each: VulnerabilityFacts) => Math.max(fromCvss(each), fromWord(each));
  const worst = highest(vulnerabilities, rate);
  const points = worst === null ? -1 : rate(worst);
  if (worst !== null && worst.cvss !== null && fromCvss(worst) === points) {
    const { score, version, severity, source, feed } = worst.cvss;
    const value = `CVSS ${score.toFixed(1)} ${severity} (${version}), ${worst.id}`;
    return { ...factor, value, points, source, as_of: asOf(feed) };
  }
  if (worst === null || worst.severity === null || points < 0)
    return { ...factor, value: 'not known', points: 0, source: 'no source', as_of: null };
  const { word, source, feed } = worst.severity;
  return { ...factor, value: `${word}, ${worst.id}`, points, source, as_of: asOf(feed) };
}

function spread({ affected, counts, inventory_as_of }: PatchFacts, weights: RankingModel): Factor {
  return {
    id: 'spread',
    label: 'Spread',
    value: `${affected.length} of ${machines(counts.total)}`,
    points: counts.total === 0 ? 0 : Math.ceil((weights.spread * affected.length) / counts.total),
    source: 'inventory',
    as_of: inventory_as_of,
  };
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}

/** Never takes more than there is: a score does not go below zero. */
function reboot(name: string, sum: number, weights: RankingModel): Factor {
  const points = Math.max(weights.reboot, -sum) || 0;
  return {
    id: 'reboot',
    label: 'Lowers: needs a restart of the machine',
    value: name,
    points,
    source: 'package name',
    as_of: null,
  };
}

/** Since when by CISA's date, and since when it is known here: what has changed names itself. */
function describeListing(known: readonly VulnerabilityFacts[]): string {
  const since = known.map(({ known_exploited }) => known_exploited?.date_added ?? '').sort()[0];
  const ids = shortList(known.map(({ id }) => id));
  return `${ids} in KEV since ${since}${describeNewest(known, listedHereSince)}`;
}

function describeRansomware(known: readonly VulnerabilityFacts[]): string {
  return `${shortList(known.map(({ id }) => id))}${describeNewest(known, ransomwareHereSince)}`;
}

function describeRemoval(vulnerabilities: readonly VulnerabilityFacts[]): string | null {
  const removed = vulnerabilities.filter((each) => removedHereAt(each) !== null);
  if (removed.length === 0) return null;
  const ids = shortList(removed.map(({ id }) => id));
  return `no longer in KEV: ${ids}${describeNewest(removed, removedHereAt)}`;
}

function describeNewest(
  vulnerabilities: readonly VulnerabilityFacts[],
  since: (vulnerability: VulnerabilityFacts) => string | null,
): string {
  const dated = vulnerabilities.flatMap((each) => {
    const at = since(each);
    return at === null ? [] : [{ id: each.id, at }];
  });
  const newest = dated.sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  if (newest === undefined) return '';
  const day = newest.at.slice(0, 10);
  return vulnerabilities.length === 1 ? `, known here since ${day}` : `; ${newest.id} known here since ${day}`;
}

function highest<Item>(items: readonly Item[], rate: (item: Item) => number): Item | null {
  let best: Item | null = null;
  for (const item of items) if (best === null || rate(item) > rate(best)) best = item;
  return best;
}

function shortList(ids: readonly string[]): string {
  const sorted = [...ids].sort();
  return sorted.length <= 2 ? sorted.join(', ') : `${sorted.slice(0, 2).join(', ')} and ${sorted.length - 2} more`;
}
