import { type CvssSeverity, cvssBaseScore, cvssSeverity, parseCvss } from './cvss/cvss.ts';

/** Who stands behind a score: who ships the package, who named the vulnerability, or anybody else. */
export const CVSS_AUTHORITIES = ['distributor', 'cna', 'third_party'] as const;
export type CvssAuthority = (typeof CVSS_AUTHORITIES)[number];

/** Feeds that judge what others ship. */
const BYSTANDERS: ReadonlySet<string> = new Set(['ghsa', 'go', 'nvd', 'pypi', 'rustsec']);

/** Who stands behind the vectors of a feed of advisories: some judge what others ship, the others ship what they judge. */
export function authorityOf(feed: string): CvssAuthority {
  return BYSTANDERS.has(feed) ? 'third_party' : 'distributor';
}

/** A vector as somebody has published it, with the base score that was written beside it; null where none was. */
export interface PublishedCvss {
  vector: string;
  published_score: number | null;
  /** Who says it, in words: `CNA redhat`, `CISA-ADP`, `OSV DSA-1-1`. */
  source: string;
  authority: CvssAuthority;
  /** The feed that brought it. */
  feed: string;
}

/** A published vector that could be read, with its base score by the arithmetic of its own version. */
export interface CvssStatement extends PublishedCvss {
  version: '2.0' | '3.0' | '3.1' | '4.0';
  score: number;
}

/** The score that is shown and counted, and the rule that chose it. */
export interface ChosenCvss {
  version: CvssStatement['version'];
  score: number;
  severity: CvssSeverity;
  vector: string;
  source: string;
  feed: string;
  because: string;
}

const VERSIONS = ['4.0', '3.1', '3.0', '2.0'] as const;
const WORDS = {
  distributor: 'who ships the package',
  cna: 'the CNA',
  third_party: 'a third party',
} as const satisfies Record<CvssAuthority, string>;

/** Reads a published vector; null for one that is none. Its score is computed, whatever number was written beside it. */
export function readCvssStatement(published: PublishedCvss): CvssStatement | null {
  const cvss = parseCvss(published.vector);
  return cvss === null ? null : { ...published, version: cvss.version, score: cvssBaseScore(cvss) };
}

/**
 * Puts scores into the order in which they are preferred: the newest version of CVSS first; then who ships the package,
 * then the CNA, then third parties; then the higher score. Names and vectors end every tie.
 */
export function compareCvss(a: CvssStatement, b: CvssStatement): number {
  return (
    VERSIONS.indexOf(a.version) - VERSIONS.indexOf(b.version) ||
    CVSS_AUTHORITIES.indexOf(a.authority) - CVSS_AUTHORITIES.indexOf(b.authority) ||
    b.score - a.score ||
    compareText(a.source, b.source) ||
    compareText(a.vector, b.vector)
  );
}

/** The first of scores in the order of `compareCvss`, and why it is preferred to the next; null where there is none. */
export function chooseCvss(ordered: readonly CvssStatement[]): ChosenCvss | null {
  const [first, next] = ordered;
  if (first === undefined) return null;
  const { version, score, vector, source, feed } = first;
  const because = explainChoice(first, next);
  return { version, score, severity: cvssSeverity(version, score), vector, source, feed, because };
}

function explainChoice(first: CvssStatement, next: CvssStatement | undefined): string {
  if (next === undefined) return 'the only one';
  const other = `${next.source}: CVSS ${next.version} ${next.score.toFixed(1)}`;
  if (first.version !== next.version) return `CVSS ${first.version} is newer than ${next.version} (${other})`;
  if (first.authority !== next.authority)
    return `${WORDS[first.authority]} comes before ${WORDS[next.authority]} (${other})`;
  if (first.score !== next.score) return `the higher of equal standing (${other})`;
  return `the first of equal standing and score (${other})`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
