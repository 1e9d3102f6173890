/** One line of FIRST's list: the probability of exploitation within 30 days, and the rank among all CVEs, both 0 to 1. */
export interface EpssScore {
  cve: string;
  score: number;
  percentile: number;
}

export const EPSS_HEADING = 'cve,epss,percentile';

const ROW = /^(CVE-\d{4}-\d{4,19}),(\d(?:\.\d{1,12})?(?:e-\d{1,2})?),(\d(?:\.\d{1,12})?(?:e-\d{1,2})?)$/;

/** Reads a line below the heading (https://www.first.org/epss/data_stats); null for one that is none. */
export function readEpssLine(line: string): EpssScore | null {
  const [, cve = '', score, percentile] = ROW.exec(line) ?? [];
  const row = { cve, score: Number(score), percentile: Number(percentile) };
  return row.score >= 0 && row.score <= 1 && row.percentile >= 0 && row.percentile <= 1 ? row : null;
}
