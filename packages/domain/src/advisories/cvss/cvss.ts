import { type Cvss2, cvss2BaseScore, cvss2EnvironmentalScore, cvss2TemporalScore, parseCvss2 } from './cvss2.ts';
import { CVSS2_FORMAT } from './cvss2-metrics.ts';
import { type Cvss3, cvss3BaseScore, cvss3EnvironmentalScore, cvss3TemporalScore, parseCvss3 } from './cvss3.ts';
import { CVSS3_FORMAT } from './cvss3-metrics.ts';
import { type Cvss4, cvss4BaseScore, cvss4Score, parseCvss4 } from './cvss4.ts';
import { CVSS4_FORMAT } from './cvss4-metrics.ts';
import { hasGroup, type Metric, type MetricTable, printMetrics } from './metric-table.ts';

/** A vector that has been read: valid, with a value for every metric of its version. */
export type Cvss = Cvss2 | Cvss3 | Cvss4;

/** The words of FIRST's JSON schemas, as CVE records carry them. */
export type CvssSeverity = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** Reads a vector of any version: 3.0, 3.1 and 4.0 begin with `CVSS:`, 2.0 does not. Null if it is none. */
export function parseCvss(text: string): Cvss | null {
  if (!text.startsWith('CVSS:')) return parseCvss2(text);
  return text.startsWith('CVSS:4.0/') ? parseCvss4(text) : parseCvss3(text);
}

/** The vector in its shortest form: metrics in the order of the specification, those not defined left out. */
export function printCvss(cvss: Cvss): string {
  if (cvss.version === '2.0') return printMetrics(cvss.metrics, CVSS2_FORMAT);
  if (cvss.version === '4.0') return `CVSS:4.0/${printMetrics(cvss.metrics, CVSS4_FORMAT)}`;
  return `CVSS:${cvss.version}/${printMetrics(cvss.metrics, CVSS3_FORMAT)}`;
}

/** The score of the base metrics alone, 0.0 to 10.0. */
export function cvssBaseScore(cvss: Cvss): number {
  if (cvss.version === '2.0') return cvss2BaseScore(cvss);
  return cvss.version === '4.0' ? cvss4BaseScore(cvss) : cvss3BaseScore(cvss);
}

/** The temporal score; null where no temporal metric is defined, and for 4.0, which has none of its own. */
export function cvssTemporalScore(cvss: Cvss): number | null {
  if (cvss.version === '2.0') return cvss2TemporalScore(cvss);
  if (cvss.version === '4.0' || !hasGroup(cvss.metrics, CVSS3_FORMAT, 'threat')) return null;
  return cvss3TemporalScore(cvss);
}

/** The environmental score; null where no environmental metric is defined, and for 4.0, which has none of its own. */
export function cvssEnvironmentalScore(cvss: Cvss): number | null {
  if (cvss.version === '2.0') return cvss2EnvironmentalScore(cvss);
  if (cvss.version === '4.0' || !hasGroup(cvss.metrics, CVSS3_FORMAT, 'environmental')) return null;
  return cvss3EnvironmentalScore(cvss);
}

/** The score of all that the vector says: for 4.0 CVSS-BTE, else the environmental, temporal or base score. */
export function cvssOverallScore(cvss: Cvss): number {
  if (cvss.version === '4.0') return cvss4Score(cvss);
  return cvssEnvironmentalScore(cvss) ?? cvssTemporalScore(cvss) ?? cvssBaseScore(cvss);
}

/** The word for a score: FIRST's scale for 3.x and 4.0; for 2.0, which has no scale, that of NVD. */
export function cvssSeverity(version: Cvss['version'], score: number): CvssSeverity {
  if (version !== '2.0' && score === 0) return 'NONE';
  if (version !== '2.0' && score >= 9) return 'CRITICAL';
  if (score >= 7) return 'HIGH';
  return score >= 4 ? 'MEDIUM' : 'LOW';
}

export interface MetricInWords {
  metric: string;
  name: string;
  group: Metric['group'];
  value: string;
  meaning: string;
}

/** What the vector says in words, metric by metric, those not defined left out. */
export function describeCvss(cvss: Cvss): MetricInWords[] {
  const { table, unset } = formatOf(cvss);
  const values: Readonly<Record<string, string>> = cvss.metrics;
  return Object.entries(table).flatMap(([metric, { name, group, values: words }]) => {
    const value = values[metric] ?? unset;
    return value === unset ? [] : [{ metric, name, group, value, meaning: words[value] ?? value }];
  });
}

function formatOf({ version }: Cvss): { table: MetricTable; unset: string } {
  if (version === '2.0') return CVSS2_FORMAT;
  return version === '4.0' ? CVSS4_FORMAT : CVSS3_FORMAT;
}
