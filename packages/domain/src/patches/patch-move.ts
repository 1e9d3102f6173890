import { describeKevEvent } from '../advisories/kev-history.ts';
import type { KevEvent, VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { RankedPatch } from './rank-patches.ts';
import { compareDecisions, DECISION_WORDS, type Decision } from './ssvc.ts';

/** Where a patch stood when it was last looked at, and what in KEV it went by. */
export interface PatchStanding {
  decision: Decision;
  score: number;
  /** The version of the ranking. */
  model: number;
  /** Its vulnerabilities that are in KEV, and those of them that ransomware uses. */
  known_exploited: string[];
  ransomware: string[];
}

/** A patch that has come to stand higher or lower because something has become known. */
export interface PatchMove {
  direction: 'raised' | 'lowered';
  from_decision: Decision;
  to_decision: Decision;
  from_score: number;
  to_score: number;
  reasons: string[];
}

/** Where a patch stands now. */
export function standingOf({ decided, score, model, facts }: RankedPatch): PatchStanding {
  const listed = facts.vulnerabilities.filter(({ known_exploited }) => known_exploited !== null);
  return {
    decision: decided.decision,
    score,
    model: model.version,
    known_exploited: listed.map(({ id }) => id),
    ransomware: listed.filter(({ known_exploited }) => known_exploited?.is_ransomware).map(({ id }) => id),
  };
}

/**
 * How a patch has moved since it was last looked at: into another bucket for whatever reason, or within one because of what
 * happened in KEV. Null when it has not: a score that drifts with EPSS or with the fleet is no news.
 */
export function judgeMove(before: PatchStanding, patch: RankedPatch): PatchMove | null {
  const now = standingOf(patch);
  const events = describeKevChanges(before, now, patch.facts.vulnerabilities);
  const step = compareDecisions(before.decision, now.decision) || (events.length > 0 ? now.score - before.score : 0);
  if (step === 0) return null;
  return {
    direction: step > 0 ? 'raised' : 'lowered',
    from_decision: before.decision,
    to_decision: now.decision,
    from_score: before.score,
    to_score: now.score,
    reasons: events.length > 0 ? events : describeRest(before, patch),
  };
}

function describeKevChanges(
  before: PatchStanding,
  now: PatchStanding,
  vulnerabilities: readonly VulnerabilityFacts[],
): string[] {
  const known = new Map(vulnerabilities.map((each) => [each.id, each]));
  const gone = (list: readonly string[], from: readonly string[]) =>
    from.filter((id) => !list.includes(id) && known.has(id));
  const changes: [KevEvent['kind'], string[]][] = [
    ['listed', gone(before.known_exploited, now.known_exploited)],
    ['removed', gone(now.known_exploited, before.known_exploited)],
    ['ransomware_known', gone(before.ransomware, now.ransomware)],
    ['ransomware_unknown', gone(now.ransomware, before.ransomware).filter((id) => now.known_exploited.includes(id))],
  ];
  return changes.flatMap(([kind, ids]) =>
    ids.flatMap((id) => {
      const event = known.get(id)?.kev_history.findLast((each) => each.kind === kind);
      return event === undefined ? [] : [describeKevEvent(id, event)];
    }),
  );
}

/** Without news of KEV: another ranking, or what now leads to the bucket. */
function describeRest(before: PatchStanding, { model, decided }: RankedPatch): string[] {
  if (before.model !== model.version) return [`the ranking is now model v${model.version}`];
  if (decided.path.length === 0) return ['nothing that it clears is known any more'];
  return decided.path.map(({ because }) => because);
}

/** `from TRACK (20) to ACT (60)`. */
export function describeMove({ from_decision, to_decision, from_score, to_score }: PatchMove): string {
  return `from ${DECISION_WORDS[from_decision]} (${from_score}) to ${DECISION_WORDS[to_decision]} (${to_score})`;
}
