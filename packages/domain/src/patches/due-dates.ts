import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import { BOD_TIMELINES, type BodTimeline, bodTimeline } from './bod-26-04.ts';
import type { AffectedAsset, PatchFacts } from './patch-facts.ts';
import { readAutomatable, readTechnicalImpact } from './read-points.ts';

/** By when a patch is due on one asset by BOD 26-04, and which vulnerability makes it so. */
export interface DueDate {
  asset: string;
  hostname: string;
  vulnerability: string;
  timeline: BodTimeline;
  /** When the clock began: the vulnerability was there, and whatever else its row asks for. */
  since: string;
  /** Null for "with the next upgrade". */
  due_at: string | null;
  /** `BOD 26-04: 3 days + forensic triage, since …`, and why. */
  text: string;
  assumptions: string[];
}

const DAY_MS = 86_400_000;

/** For each affected asset the strictest date of all vulnerabilities that the patch removes from it; the first due first. */
export function dueDates(patch: PatchFacts): DueDate[] {
  const known = new Map(patch.vulnerabilities.map((each) => [each.id, each]));
  const strictest = new Map<string, DueDate>();
  const assets = new Map(patch.affected.map((each) => [each.id, each]));
  for (const { vulnerability, asset, detected_at } of patch.detections) {
    const [facts, affected] = [known.get(vulnerability), assets.get(asset)];
    if (facts === undefined || affected === undefined) continue;
    const next = dueDate(facts, affected, detected_at, patch.is_loaded.kev);
    const before = strictest.get(asset);
    if (before === undefined || compareDue(next, before) < 0) strictest.set(asset, next);
  }
  return [...strictest.values()].sort(compareDue);
}

/** Negative when `a` is due first. At the same time the one that asks for more comes first. */
function compareDue(a: DueDate, b: DueDate): number {
  const rank = ({ timeline }: DueDate) => Object.keys(BOD_TIMELINES).indexOf(timeline);
  const key = (each: DueDate) => `${each.hostname}\n${each.asset}\n${each.vulnerability}`;
  return compareText(a.due_at ?? '~', b.due_at ?? '~') || rank(a) - rank(b) || compareText(key(a), key(b));
}

/**
 * The clock of a vulnerability on an asset begins when both are known: it has been found there and, where its row asks for
 * KEV, CISA has listed it. An exposure that nobody has stated is taken for "exposed", and said to be.
 */
function dueDate(
  facts: VulnerabilityFacts,
  { id, hostname, worth }: AffectedAsset,
  detectedAt: string,
  isKevLoaded: boolean,
): DueDate {
  const automatable = readAutomatable(facts);
  const impact = readTechnicalImpact(facts);
  const exposed = worth.exposure === 'internet' || worth.exposure === null;
  const listed = facts.known_exploited;
  const point = { in_kev: listed !== null, exposed, automatable: automatable.value, technical_impact: impact.value };
  const timeline = bodTimeline(point);
  const since = listed === null ? detectedAt : latest(detectedAt, `${listed.date_added}T00:00:00.000Z`);
  const { days, words } = BOD_TIMELINES[timeline];
  const because = [
    listed === null ? (isKevLoaded ? 'not in KEV' : 'KEV has never been loaded') : `in KEV since ${listed.date_added}`,
    worth.exposure === null ? 'taken for exposed' : exposed ? 'exposed to the internet' : worth.exposure,
    automatable.value === 'yes' ? 'automatable' : 'not automatable',
    `${impact.value} impact`,
  ];
  const unsaid = [
    ...(worth.exposure === null ? [`whether ${hostname} is exposed (taken for exposed)`] : []),
    ...(listed === null && !isKevLoaded ? [`whether ${facts.id} is in KEV (taken for not listed)`] : []),
  ];
  return {
    asset: id,
    hostname,
    vulnerability: facts.id,
    timeline,
    since,
    due_at: days === null ? null : new Date(Date.parse(since) + days * DAY_MS).toISOString(),
    text: `BOD 26-04: ${words}, since ${since} (${facts.id}: ${because.join(', ')})`,
    assumptions: [...unsaid, ...[automatable, impact].flatMap(({ assumption }) => assumption ?? [])],
  };
}

function latest(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
