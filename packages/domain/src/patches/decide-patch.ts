import { unknownVulnerability, type VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { AssetWorth } from '../inventory/asset.ts';
import type { RankingModel } from '../policies/ranking-model.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import { type Reading, readAutomatable, readExploitation, readTechnicalImpact } from './read-points.ts';
import { compareDecisions, type Decision, decideSsvc, MISSION, type SsvcPoint } from './ssvc.ts';

export interface SsvcStep {
  point: string;
  value: string;
  because: string;
}

export interface PatchDecision {
  decision: Decision;
  /** The decision points in order, for the vulnerability that decides; empty for an update without any. */
  path: SsvcStep[];
  /** What had to be assumed on the way. */
  assumptions: string[];
  /** The vulnerability that decides; null for an unnamed one, or none. */
  vulnerability: string | null;
}

/** What is fixed by an update of which nobody says what it fixes. */
export const UNNAMED: VulnerabilityFacts = unknownVulnerability('');

/**
 * The bucket of a patch: CISA's SSVC for each vulnerability it removes, the worst one decides. An update that touches no
 * vulnerability is tracked. What a feed does not say is never read as "no": it is assumed, and the assumption is named.
 */
export function decidePatch(patch: PatchFacts, weights: Pick<RankingModel, 'poc_from_epss'>): PatchDecision {
  if (!isSecurityRelevant(patch)) return { decision: 'track', path: [], assumptions: [], vulnerability: null };
  const mission = readMission(patch.affected.map(({ worth }) => worth));
  const named = patch.vulnerabilities.length > 0 ? patch.vulnerabilities : [UNNAMED];
  let worst: PatchDecision | null = null;
  for (const vulnerability of named) {
    const next = decide(vulnerability, mission, readExploitation(vulnerability, weights, patch.is_loaded));
    if (worst === null || compareDecisions(next.decision, worst.decision) < 0) worst = next;
  }
  return worst ?? { decision: 'track', path: [], assumptions: [], vulnerability: null };
}

function decide(
  vulnerability: VulnerabilityFacts,
  mission: Reading<SsvcPoint['mission']>,
  exploitation: Reading<SsvcPoint['exploitation']>,
): PatchDecision {
  const readings = {
    exploitation,
    automatable: readAutomatable(vulnerability),
    technical_impact: readTechnicalImpact(vulnerability),
    mission,
  };
  const decision = decideSsvc({
    exploitation: readings.exploitation.value,
    automatable: readings.automatable.value,
    technical_impact: readings.technical_impact.value,
    mission: mission.value,
  });
  return {
    decision,
    path: Object.entries(readings).map(([point, { value, because }]) => ({ point, value, because })),
    assumptions: Object.values(readings).flatMap(({ assumption }) => (assumption === null ? [] : [assumption])),
    vulnerability: vulnerability.id === '' ? null : vulnerability.id,
  };
}

/** The most that any affected asset is worth; confidential data makes it at least medium. */
function readMission(worths: readonly AssetWorth[]): Reading<SsvcPoint['mission']> {
  const known = worths.flatMap(({ criticality }) => (criticality === null ? [] : [criticality]));
  const worst = known.reduce((best, next) => Math.max(best, MISSION.indexOf(next)), -1);
  const isUnknown = known.length < worths.length || worths.length === 0;
  const floor = worths.some(({ data_sensitivity }) => data_sensitivity === 'confidential') || isUnknown ? 1 : 0;
  const value = MISSION[Math.max(worst, floor)] ?? 'medium';
  const assumption = isUnknown ? 'what some affected machines are worth (assumed medium)' : null;
  if (worst >= floor) return { value, because: `the most critical affected machine is ${value}`, assumption };
  const because = isUnknown
    ? 'nobody has said what every affected machine is worth: medium is assumed'
    : 'an affected machine holds confidential data';
  return { value, because, assumption };
}
