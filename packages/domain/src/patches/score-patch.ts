import type { VulnerabilityFacts } from '../advisories/advisory.ts';
import type { FeedFreshness } from '../feeds/feed-freshness.ts';
import { type AssetWorth, CRITICALITIES, EXPOSURES, SENSITIVITIES } from '../inventory/asset.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import { PATCH_MODEL } from './patch-model.ts';

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
export function scorePatch(patch: PatchFacts, feeds: readonly FeedFreshness[]): PatchScore {
  const asOf = (id: string) => feeds.find((feed) => feed.id === id)?.as_of ?? null;
  const factors = [
    ...exploitation(patch, asOf('kev')),
    likelihood(patch.vulnerabilities, asOf('epss')),
    worthFactor({ key: 'exposure', label: 'Reachable from', order: EXPOSURES }, patch),
    worthFactor({ key: 'criticality', label: 'Criticality', order: CRITICALITIES }, patch),
    worthFactor({ key: 'data_sensitivity', label: 'Data on it', order: SENSITIVITIES }, patch),
    impact(patch.vulnerabilities, asOf('osv')),
    spread(patch),
  ];
  const sum = factors.reduce((total, { points }) => total + points, 0);
  if (patch.reboot_package !== null) factors.push(reboot(patch.reboot_package, sum));
  return { score: factors.reduce((total, { points }) => total + points, 0), factors };
}

function exploitation({ vulnerabilities, is_kev_loaded }: PatchFacts, asOf: string | null): Factor[] {
  const known = vulnerabilities.flatMap(({ id, known_exploited }) =>
    known_exploited === null ? [] : [{ id, ...known_exploited }],
  );
  const ransomware = known.filter(({ is_ransomware }) => is_ransomware);
  const absent = is_kev_loaded ? 'not in KEV' : 'not known';
  const since = known.map(({ date_added }) => date_added).sort()[0];
  return [
    {
      id: 'known_exploited',
      label: 'Known exploited',
      value: known.length === 0 ? absent : `${shortList(known.map(({ id }) => id))} in KEV since ${since}`,
      points: known.length === 0 ? 0 : PATCH_MODEL.known_exploited,
      source: 'CISA KEV',
      as_of: asOf,
    },
    {
      id: 'ransomware',
      label: 'Used by ransomware',
      value: ransomware.length === 0 ? absent : shortList(ransomware.map(({ id }) => id)),
      points: ransomware.length === 0 ? 0 : PATCH_MODEL.ransomware,
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
function likelihood(vulnerabilities: readonly VulnerabilityFacts[], asOf: string | null): Factor {
  const factor = { id: 'epss', label: 'Likely to be exploited', source: 'FIRST EPSS', as_of: asOf };
  const scored = vulnerabilities.filter(({ epss }) => epss !== null);
  const best = highest(scored, ({ epss }) => epss?.score ?? -1);
  if (best?.epss == null) return { ...factor, value: 'not known', points: 0 };
  const joint = jointLikelihood(scored);
  const single = `EPSS ${best.epss.score} (percentile ${best.epss.percentile}), ${best.id}`;
  const value = scored.length === 1 ? single : `${roundTo4(joint)} for any of ${scored.length}; highest: ${single}`;
  return { ...factor, value, points: Math.round(PATCH_MODEL.epss * Math.sqrt(joint)) };
}

/** Four digits, as FIRST publishes the percentile. */
export function roundTo4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Takes the worst of what is known; a machine nobody has described counts neither as harmless nor as worst, and is named elsewhere. */
function worthFactor<Key extends keyof AssetWorth>(
  { key, label, order }: { key: Key; label: string; order: readonly NonNullable<AssetWorth[Key]>[] },
  patch: PatchFacts,
): Factor {
  const { affected, inventory_as_of } = patch;
  const weights: Record<string, number> = PATCH_MODEL[key];
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

function impact(vulnerabilities: readonly VulnerabilityFacts[], asOf: string | null): Factor {
  const factor = { id: 'impact', label: 'Impact', as_of: asOf };
  // A map, since the word comes from a feed and might be the name of something every object has.
  const weights = new Map<string, number>(Object.entries(PATCH_MODEL.severity));
  const rate = ({ cvss, severity }: VulnerabilityFacts) =>
    Math.max(
      cvss === null ? -1 : Math.round((PATCH_MODEL.impact * cvss.score) / 10),
      severity === null ? -1 : (weights.get(severity.word) ?? -1),
    );
  const worst = highest(vulnerabilities, rate);
  if (worst === null || rate(worst) < 0) return { ...factor, value: 'not known', points: 0, source: 'no source' };
  const { id, cvss, severity } = worst;
  const points = rate(worst);
  const isCvss = cvss !== null && Math.round((PATCH_MODEL.impact * cvss.score) / 10) === points;
  if (isCvss) return { ...factor, value: `CVSS ${cvss.score.toFixed(1)}, ${id}`, points, source: cvss.source };
  return { ...factor, value: `${severity?.word}, ${id}`, points, source: severity?.source ?? 'no source' };
}

function spread({ affected, counts, inventory_as_of }: PatchFacts): Factor {
  return {
    id: 'spread',
    label: 'Spread',
    value: `${affected.length} of ${machines(counts.total)}`,
    points: counts.total === 0 ? 0 : Math.ceil((PATCH_MODEL.spread * affected.length) / counts.total),
    source: 'inventory',
    as_of: inventory_as_of,
  };
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}

/** Never takes more than there is: a score does not go below zero. */
function reboot(name: string, sum: number): Factor {
  const points = Math.max(PATCH_MODEL.reboot, -sum) || 0;
  return {
    id: 'reboot',
    label: 'Lowers: needs a restart of the machine',
    value: name,
    points,
    source: 'package name',
    as_of: null,
  };
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
