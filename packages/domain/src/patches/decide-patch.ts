import type { VulnerabilityFacts } from '../advisories/advisory.ts';
import { parseCvss3 } from '../advisories/cvss/cvss3.ts';
import type { AssetWorth } from '../inventory/asset.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import { PATCH_MODEL } from './patch-model.ts';
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

const UNNAMED: VulnerabilityFacts = {
  id: '',
  known_exploited: null,
  epss: null,
  cvss: null,
  severity: null,
  published: null,
};

/**
 * The bucket of a patch: CISA's SSVC for each vulnerability it removes, the worst one decides. An update that touches no
 * vulnerability is tracked. What a feed does not say is never read as "no": it is assumed, and the assumption is named.
 */
export function decidePatch(patch: PatchFacts): PatchDecision {
  if (!isSecurityRelevant(patch)) return { decision: 'track', path: [], assumptions: [], vulnerability: null };
  const mission = readMission(patch.affected.map(({ worth }) => worth));
  const named = patch.vulnerabilities.length > 0 ? patch.vulnerabilities : [UNNAMED];
  let worst: PatchDecision | null = null;
  for (const vulnerability of named) {
    const next = decide(vulnerability, mission, patch.is_kev_loaded);
    if (worst === null || compareDecisions(next.decision, worst.decision) < 0) worst = next;
  }
  return worst ?? { decision: 'track', path: [], assumptions: [], vulnerability: null };
}

interface Reading<Value> {
  value: Value;
  because: string;
  assumption: string | null;
}

function decide(
  vulnerability: VulnerabilityFacts,
  mission: Reading<SsvcPoint['mission']>,
  isKevLoaded: boolean,
): PatchDecision {
  const readings = {
    exploitation: readExploitation(vulnerability, isKevLoaded),
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

function readExploitation(
  { id, known_exploited, epss }: VulnerabilityFacts,
  isKevLoaded: boolean,
): Reading<SsvcPoint['exploitation']> {
  if (known_exploited !== null) {
    return { value: 'active', because: `${id} is in CISA KEV since ${known_exploited.date_added}`, assumption: null };
  }
  if (epss !== null && epss.score >= PATCH_MODEL.poc_from_epss) {
    const because = `${id} has EPSS ${epss.score}, at or above ${PATCH_MODEL.poc_from_epss}: a public proof of concept is assumed`;
    return {
      value: 'public_poc',
      because,
      assumption: `whether a proof of concept exists for ${id} (assumed from EPSS)`,
    };
  }
  const subject = describeSilence(id, isKevLoaded);
  return {
    value: 'none',
    because: `${subject}: none is assumed, not known`,
    assumption: `exploitation of ${id || 'what this fixes'} (assumed none)`,
  };
}

/** Why nothing speaks for exploitation, which is not the same as something speaking against it. */
function describeSilence(id: string, isKevLoaded: boolean): string {
  if (id === '') return 'no vulnerability is named';
  if (!isKevLoaded) return `CISA KEV has never been loaded, and no feed here tells of a proof of concept for ${id}`;
  return `${id} is not in CISA KEV, and no feed here tells of a proof of concept`;
}

function readAutomatable({ id, cvss }: VulnerabilityFacts): Reading<SsvcPoint['automatable']> {
  const metrics = (cvss === null ? null : parseCvss3(cvss.vector))?.metrics ?? null;
  if (metrics === null) {
    return {
      value: 'yes',
      because: 'no CVSS 3 vector is known: yes is assumed',
      assumption: `whether an attack on ${id || 'it'} can be automated (assumed yes)`,
    };
  }
  const { AV, AC, PR, UI } = metrics;
  const isAutomatable = AV === 'N' && AC === 'L' && PR === 'N' && UI === 'N';
  const because = `CVSS says attack vector ${AV}, complexity ${AC}, privileges ${PR}, user interaction ${UI}`;
  return { value: isAutomatable ? 'yes' : 'no', because, assumption: null };
}

function readTechnicalImpact({ id, cvss }: VulnerabilityFacts): Reading<SsvcPoint['technical_impact']> {
  const metrics = (cvss === null ? null : parseCvss3(cvss.vector))?.metrics ?? null;
  if (metrics === null) {
    return {
      value: 'total',
      because: 'no CVSS 3 vector is known: total is assumed',
      assumption: `the technical impact of ${id || 'it'} (assumed total)`,
    };
  }
  const { C, I, A } = metrics;
  const isTotal = C === 'H' && I === 'H';
  return {
    value: isTotal ? 'total' : 'partial',
    because: `CVSS says confidentiality ${C}, integrity ${I}, availability ${A}`,
    assumption: null,
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
