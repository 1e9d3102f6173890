import { parseCvss } from '../advisories/cvss/cvss.ts';
import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { RankingModel } from '../policies/ranking-model.ts';
import type { PatchFacts } from './patch-facts.ts';
import type { SsvcPoint } from './ssvc.ts';

/** The answer to one decision point, where it comes from, and what had to be assumed for it. */
export interface Reading<Value> {
  value: Value;
  because: string;
  assumption: string | null;
}

/**
 * Whether it is exploited: CISA's catalogue first, then whoever says so (CISA's own assessment, the publisher of a fix), then
 * what CISA says otherwise, then EPSS, from which a proof of concept is
 * assumed. Where nothing speaks none is assumed, and said to be.
 */
export function readExploitation(
  { id, known_exploited, kev_history, epss, ssvc, exploited }: VulnerabilityFacts,
  { poc_from_epss }: Pick<RankingModel, 'poc_from_epss'>,
  isLoaded: PatchFacts['is_loaded'],
): Reading<SsvcPoint['exploitation']> {
  if (known_exploited !== null) {
    return { value: 'active', because: `${id} is in CISA KEV since ${known_exploited.date_added}`, assumption: null };
  }
  const point = ssvc?.exploitation ?? null;
  if (exploited !== null && point !== 'active')
    return { value: 'active', because: `${exploited.source} says that ${id} is exploited`, assumption: null };
  if (point !== null) return { value: point, because: citeCisa(id, WORDS[point], ssvc), assumption: null };
  if (epss !== null && epss.score >= poc_from_epss) {
    const because = `${id} has EPSS ${epss.score}, at or above ${poc_from_epss}: a public proof of concept is assumed`;
    const assumption = `whether a proof of concept exists for ${id} (assumed from EPSS)`;
    return { value: 'public_poc', because, assumption };
  }
  const removed = kev_history.at(-1)?.kind === 'removed' ? ' any more' : '';
  return {
    value: 'none',
    because: `${describeSilence(id, isLoaded, removed)}: none is assumed, not known`,
    assumption: `exploitation of ${id || 'what this fixes'} (assumed none)`,
  };
}

const WORDS = {
  none: 'no exploitation',
  public_poc: 'a public proof of concept',
  active: 'active exploitation',
} as const satisfies Record<SsvcPoint['exploitation'], string>;

function citeCisa(id: string, what: string, ssvc: VulnerabilityFacts['ssvc']): string {
  const day = ssvc?.as_of?.slice(0, 10);
  return `CISA says ${what} for ${id}${day === undefined ? '' : `, as of ${day}`}`;
}

/** Why nothing speaks for exploitation, which is not the same as something speaking against it. */
function describeSilence(id: string, { kev, cve }: PatchFacts['is_loaded'], removed: string): string {
  if (id === '') return 'no vulnerability is named';
  const assessed = cve ? `CISA has not assessed ${id}` : 'CISA’s assessments have never been loaded';
  return kev
    ? `${id} is not in CISA KEV${removed}, and ${assessed}`
    : `CISA KEV has never been loaded, and ${assessed}`;
}

/** Whether an attack can be automated: CISA's point, else the CVSS vector, else yes is assumed. */
export function readAutomatable({ id, cvss, ssvc }: VulnerabilityFacts): Reading<SsvcPoint['automatable']> {
  const point = ssvc?.automatable ?? null;
  if (point !== null) {
    const what = point === 'yes' ? 'an attack can be automated' : 'no attack can be automated';
    return { value: point, because: citeCisa(id, what, ssvc), assumption: null };
  }
  const attack = cvss === null ? null : readAttack(cvss.vector);
  if (attack !== null) {
    return { value: attack.isAutomatable ? 'yes' : 'no', because: `CVSS says ${attack.words}`, assumption: null };
  }
  return {
    value: 'yes',
    because: 'no CVSS vector is known: yes is assumed',
    assumption: `whether an attack on ${id || 'it'} can be automated (assumed yes)`,
  };
}

/** How much an attack gains: CISA's point, else the CVSS vector, else total is assumed. */
export function readTechnicalImpact({ id, cvss, ssvc }: VulnerabilityFacts): Reading<SsvcPoint['technical_impact']> {
  const point = ssvc?.technical_impact ?? null;
  if (point !== null) return { value: point, because: citeCisa(id, `${point} impact`, ssvc), assumption: null };
  const impact = cvss === null ? null : readImpact(cvss.vector);
  if (impact !== null) {
    return { value: impact.isTotal ? 'total' : 'partial', because: `CVSS says ${impact.words}`, assumption: null };
  }
  return {
    value: 'total',
    because: 'no CVSS vector is known: total is assumed',
    assumption: `the technical impact of ${id || 'it'} (assumed total)`,
  };
}

/** Over the network, at will, by anybody, without anybody's help: what a program can do to every machine it reaches. */
function readAttack(vector: string): { isAutomatable: boolean; words: string } | null {
  const cvss = parseCvss(vector);
  if (cvss === null) return null;
  if (cvss.version === '2.0') {
    const { AV, AC, Au } = cvss.metrics;
    const words = `access vector ${AV}, complexity ${AC}, authentication ${Au}`;
    return { isAutomatable: AV === 'N' && AC === 'L' && Au === 'N', words };
  }
  const { AV, AC, PR, UI } = cvss.metrics;
  const isOpen = AV === 'N' && AC === 'L' && PR === 'N' && UI === 'N';
  const words = `attack vector ${AV}, complexity ${AC}, privileges ${PR}, user interaction ${UI}`;
  if (cvss.version !== '4.0') return { isAutomatable: isOpen, words };
  const { AT, AU } = cvss.metrics;
  if (AU === 'Y' || AU === 'N') return { isAutomatable: AU === 'Y', words: `automatable ${AU}` };
  return { isAutomatable: isOpen && AT === 'N', words: `${words}, requirements ${AT}` };
}

/** Total is to read and to change everything; to stop it is partial. */
function readImpact(vector: string): { isTotal: boolean; words: string } | null {
  const cvss = parseCvss(vector);
  if (cvss === null) return null;
  const [c, i, a, most] =
    cvss.version === '4.0'
      ? [cvss.metrics.VC, cvss.metrics.VI, cvss.metrics.VA, 'H']
      : [cvss.metrics.C, cvss.metrics.I, cvss.metrics.A, cvss.version === '2.0' ? 'C' : 'H'];
  return { isTotal: c === most && i === most, words: `confidentiality ${c}, integrity ${i}, availability ${a}` };
}
