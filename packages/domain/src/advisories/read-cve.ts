import type { PublishedCvss } from './choose-cvss.ts';
import { asRecord, recordsOf, textOf } from './read-fields.ts';
import { readSsvcPoints, type SsvcPoints } from './ssvc-points.ts';

/** What a CVE record says that ranks are computed from. */
export interface CveRecord {
  cve: string;
  /** The CVE programme has taken it back; nothing else of it counts then. */
  is_rejected: boolean;
  published: string | null;
  cvss: PublishedCvss[];
  /** CISA's assessment; null where CISA has not made any. */
  ssvc: SsvcPoints | null;
}

const CVE = /^CVE-\d{4}-\d{4,19}$/;
const VERSIONS = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const;
/** More metrics than any record has; a container with a million of them is no record. */
const MAX_METRICS = 200;
const MAX_VECTOR = 500;

/**
 * Reads a record of the CVE list in its JSON format 5.x (https://github.com/CVEProject/cve-schema), as CISA's vulnrichment
 * adds to it: the CNA's metrics, those of every authorised publisher beside it, and CISA's SSVC points.
 * @returns null for what is no such record.
 */
export function readCve(record: Record<string, unknown>): CveRecord | null {
  const metadata = asRecord(record['cveMetadata']);
  const cve = textOf(metadata, 'cveId');
  const state = textOf(metadata, 'state');
  const containers = asRecord(record['containers']);
  if (textOf(record, 'dataType') !== 'CVE_RECORD' || cve === null || !CVE.test(cve) || containers === null) return null;
  if (state === 'REJECTED') return { cve, is_rejected: true, published: null, cvss: [], ssvc: null };
  if (state !== 'PUBLISHED') return null;
  const cna = asRecord(containers['cna']);
  const others = recordsOf(containers, 'adp');
  return {
    cve,
    is_rejected: false,
    published: readTime(textOf(metadata, 'datePublished') ?? textOf(cna, 'datePublic')),
    cvss: [
      ...readMetrics(cna, `CNA ${shortName(cna)}`.trimEnd(), 'cna'),
      ...others.flatMap((each) => readMetrics(each, shortName(each) || 'an authorised publisher', 'third_party')),
    ],
    ssvc: readAssessment(others),
  };
}

function readMetrics(
  container: Record<string, unknown> | null,
  source: string,
  authority: PublishedCvss['authority'],
): PublishedCvss[] {
  return recordsOf(container, 'metrics')
    .slice(0, MAX_METRICS)
    .flatMap((metric) =>
      VERSIONS.flatMap((name) => {
        const cvss = asRecord(metric[name]);
        const vector = textOf(cvss, 'vectorString');
        if (vector === null || vector.length > MAX_VECTOR) return [];
        const score = cvss?.['baseScore'];
        return [{ vector, published_score: typeof score === 'number' ? score : null, source, authority, feed: 'cve' }];
      }),
    );
}

/** CISA's newest assessment; another publisher's would be another coordinator's opinion. */
function readAssessment(others: readonly Record<string, unknown>[]): SsvcPoints | null {
  let newest: SsvcPoints | null = null;
  for (const container of others) {
    if (shortName(container) !== 'CISA-ADP') continue;
    for (const metric of recordsOf(container, 'metrics').slice(0, MAX_METRICS)) {
      const other = asRecord(metric['other']);
      if (textOf(other, 'type') !== 'ssvc') continue;
      const content = asRecord(other?.['content']);
      const points = readSsvcPoints(optionsOf(content), readTime(textOf(content, 'timestamp')));
      if (points !== null && (newest === null || (points.as_of ?? '') > (newest.as_of ?? ''))) newest = points;
    }
  }
  return newest;
}

function optionsOf(content: Record<string, unknown> | null): Record<string, unknown> {
  const options = new Map(recordsOf(content, 'options').flatMap((each) => Object.entries(each)));
  return Object.fromEntries(options);
}

function shortName(container: Record<string, unknown> | null): string {
  return (textOf(asRecord(container?.['providerMetadata']), 'shortName') ?? '').slice(0, 100);
}

/** The CVE list has times with and without a zone; without one they are UTC. */
function readTime(text: string | null): string | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text ?? '');
  if (match === null) return null;
  const time = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}${match[4] ?? 'Z'}`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
