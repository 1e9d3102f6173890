import { type Advisory, plainAdvisory, typeVectors, type VersionRange } from './advisory.ts';
import { parseCpe } from './parse-cpe.ts';
import { asRecord, recordsOf, textOf } from './read-fields.ts';
import { readReferences } from './read-references.ts';
import { type AdvisoryRecord, ruleOf } from './rule.ts';

/** What is vulnerable of one product. */
interface Product {
  ranges: VersionRange[];
  versions: string[];
}

/**
 * Vulnerabilities of NVD, a page of its API 2.0 or one of them (https://nvd.nist.gov/developers/vulnerabilities): CPE match
 * ranges are rules for applications by `vendor:product`. Left out are systems and hardware, and on what an application
 * must run to be vulnerable. A rejected one is withdrawn. @returns null for another document
 */
export function readNvd(document: Record<string, unknown>): AdvisoryRecord[] | null {
  if (document['format'] !== 'NVD_CVE') return readVulnerability(document);
  return recordsOf(document, 'vulnerabilities').flatMap((each) => readVulnerability(each) ?? []);
}

function readVulnerability(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const cve = asRecord(record['cve']);
  const id = textOf(cve, 'id');
  const status = textOf(cve, 'vulnStatus');
  if (cve === null || id === null || status === null) return null;
  const modified = timeOf(cve, 'lastModified');
  const published = timeOf(cve, 'published');
  const advisory: Advisory = plainAdvisory(id, [id], {
    summary: (textOf(recordsOf(cve, 'descriptions').find(({ lang }) => lang === 'en') ?? null, 'value') ?? '').slice(
      0,
      1000,
    ),
    published,
    modified,
    withdrawn: status === 'Rejected' ? (modified ?? published) : null,
    vectors: typeVectors(readVectors(asRecord(cve['metrics']))),
    references: readReferences(cve),
    is_exploited: textOf(cve, 'cisaExploitAdd') !== null,
  });
  const rules = [...collectProducts(cve)].map(([name, { ranges, versions }]) =>
    ruleOf('nvd', advisory, { ecosystem: 'cpe', package: name, ranges, versions, severity: null }),
  );
  return [{ advisory, rules }];
}

function readVectors(metrics: Record<string, unknown> | null): string[] {
  const kinds = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'];
  const found = kinds.flatMap((kind) =>
    recordsOf(metrics, kind).map((each) => textOf(asRecord(each['cvssData']), 'vectorString')),
  );
  return [...new Set(found.filter((each) => each !== null))];
}

function collectProducts(cve: Record<string, unknown>): Map<string, Product> {
  const products = new Map<string, Product>();
  const nodes = recordsOf(cve, 'configurations').flatMap((each) => recordsOf(each, 'nodes'));
  // A node that is negated says what is not the case.
  for (const match of nodes.filter((node) => node['negate'] !== true).flatMap((node) => recordsOf(node, 'cpeMatch'))) {
    const cpe = parseCpe(textOf(match, 'criteria') ?? '');
    if (cpe === null || cpe.part !== 'a' || match['vulnerable'] !== true) continue;
    const name = `${cpe.vendor}:${cpe.product}`;
    const product = products.get(name) ?? { ranges: [], versions: [] };
    if (cpe.version === '*') product.ranges.push(readRange(match));
    else if (cpe.version !== '-') product.versions.push(cpeVersion(cpe));
    else continue;
    products.set(name, product);
  }
  return products;
}

/** A version with its patch level or pre-release behind it: `1.0rc1`. */
export function cpeVersion({ version, update }: { version: string; update: string }): string {
  return update === '*' || update === '-' ? version : `${version}${update}`;
}

/** A range that begins after a version is taken to begin at it: OSV's events know no other beginning. */
function readRange(match: Record<string, unknown>): VersionRange {
  const introduced = textOf(match, 'versionStartIncluding') ?? textOf(match, 'versionStartExcluding') ?? '0';
  const fixed = textOf(match, 'versionEndExcluding');
  const last_affected = textOf(match, 'versionEndIncluding');
  const ends = [...(fixed === null ? [] : [{ fixed }]), ...(last_affected === null ? [] : [{ last_affected }])];
  return { type: 'ECOSYSTEM', events: [{ introduced }, ...ends] };
}

/** NVD writes times of UTC without a zone. */
function timeOf(record: Record<string, unknown>, member: string): string | null {
  const text = textOf(record, member);
  const time = text === null ? Number.NaN : Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
