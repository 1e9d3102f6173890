import { type Advisory, plainAdvisory, typeVectors } from '../advisory.ts';
import { asRecord, recordsOf, textOf, textsOf } from '../read-fields.ts';
import { readReferences } from '../read-references.ts';
import type { AdvisoryRecord } from '../rule.ts';
import { SEVERITY_WORDS } from '../vulnerability-facts.ts';
import { readProducts } from './csaf-products.ts';
import { type CsafNames, readRules } from './csaf-rules.ts';

/** Publishers with a feed of their own, by the namespace they sign with; others are read as `csaf`. */
const FEEDS: Readonly<Record<string, string>> = {
  'https://www.redhat.com': 'redhat',
  'https://www.suse.com/': 'suse',
};

/**
 * The records of one CSAF document, a security advisory or a VEX (https://docs.oasis-open.org/csaf/csaf/v2.0/, and 2.1): one
 * for all its vulnerabilities of which it says the same, so mostly one. A document that was deleted has none.
 * @returns null for what is no CSAF document.
 */
export function readCsaf(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const about = asRecord(record['document']);
  const tracking = asRecord(about?.['tracking']);
  const id = textOf(tracking, 'id');
  if (about === null || id === null) return null;
  if (textOf(tracking, 'status') === 'deleted') return [];
  const category = textOf(about, 'category');
  if (category === null || !/^2\.[01]$/.test(textOf(about, 'csaf_version') ?? '')) return null;
  const namespace = textOf(asRecord(about['publisher']), 'namespace') ?? '';
  const feed = Object.hasOwn(FEEDS, namespace) ? (FEEDS[namespace] ?? 'csaf') : 'csaf';
  const modified = timeOf(tracking, 'current_release_date');
  const of: Partial<Advisory> = {
    summary: textOf(about, 'title')?.slice(0, 1000) ?? '',
    published: timeOf(tracking, 'initial_release_date'),
    modified,
    withdrawn: category === 'csaf_withdrawn' ? modified : null,
    references: readReferences(about),
    severity: textOf(asRecord(about['aggregate_severity']), 'text')?.toLowerCase() ?? null,
  };
  const tree = asRecord(record['product_tree']);
  const groups = recordsOf(tree, 'product_groups').map(
    (each) => [textOf(each, 'group_id') ?? '', textsOf(each, 'product_ids')] as const,
  );
  const names: CsafNames = { component: readProducts(tree), groups: new Map(groups) };
  const kinds = groupAlike(recordsOf(record, 'vulnerabilities'));
  return kinds.map((alike) => {
    const advisory = describe(id, alike, kinds.length === 1, of);
    const [first] = alike;
    return { advisory, rules: first === undefined ? [] : readRules(feed, advisory, first, names) };
  });
}

/** Vulnerabilities of which the document says the same: nearly always all of them. */
function groupAlike(vulnerabilities: readonly Record<string, unknown>[]): Record<string, unknown>[][] {
  const kinds = new Map<string, Record<string, unknown>[]>();
  for (const each of vulnerabilities) {
    const key = JSON.stringify([each['product_status'], each['remediations'], each['flags']]);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, [each]);
    else kind.push(each);
  }
  return [...kinds.values()];
}

function describe(
  id: string,
  alike: readonly Record<string, unknown>[],
  isOnly: boolean,
  of: Partial<Advisory>,
): Advisory {
  const named = [...new Set(alike.flatMap((each) => textOf(each, 'cve') ?? []))].sort();
  const vulnerabilities = named.length > 0 ? named : [id];
  const own = isOnly ? id : `${id}#${vulnerabilities[0]}`;
  const words = alike.flatMap((each) =>
    recordsOf(each, 'threats').map((threat) => textOf(threat, 'details')?.toLowerCase()),
  );
  const released = alike.map((each) => timeOf(each, 'release_date')).filter((each) => each !== null);
  return plainAdvisory(own, vulnerabilities, {
    ...of,
    published: released.sort()[0] ?? of.published ?? null,
    vectors: typeVectors([...new Set(alike.flatMap(readVectors))]),
    severity: SEVERITY_WORDS.find((word) => words.includes(word)) ?? of.severity ?? null,
  });
}

/** CSAF 2.0 has `scores`, 2.1 has `metrics`; both hold CVSS in its own JSON form. */
function readVectors(vulnerability: Record<string, unknown>): string[] {
  const metrics = recordsOf(vulnerability, 'metrics').map((each) => asRecord(each['content']));
  return [...recordsOf(vulnerability, 'scores'), ...metrics].flatMap((score) =>
    ['cvss_v2', 'cvss_v3', 'cvss_v4'].flatMap((kind) => textOf(asRecord(score?.[kind]), 'vectorString') ?? []),
  );
}

function timeOf(record: Record<string, unknown> | null, member: string): string | null {
  const text = textOf(record, member);
  return text !== null &&
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}/.test(text) &&
    !Number.isNaN(Date.parse(text))
    ? text
    : null;
}
