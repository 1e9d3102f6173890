import { asRecord, listOf, recordsOf, textOf, textsOf } from '../read-fields.ts';
import { timeText, type VexDocument, type VexProduct, type VexReading, type VexStatus } from './vex-statement.ts';

/** What a product stands for by its place in `product_status` (CSAF 2.0, section 3.2.3.9); other places state nothing. */
const STATUSES: Readonly<Record<string, VexStatus>> = {
  known_not_affected: 'not_affected',
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  under_investigation: 'under_investigation',
};
/** A product may be a part of a part; more than this is no product tree. */
const MAX_PARTS = 8;

interface Named {
  product: VexProduct;
  subcomponents: VexProduct[];
}

/**
 * Reads a CSAF document (https://docs.oasis-open.org/csaf/csaf/v2.0/, and 2.1) as statements about its products, whatever they
 * are; for packages of Red Hat's and SUSE's systems `csaf/read-csaf.ts` makes rules of the same documents.
 * @returns null for another document.
 */
export function readCsafVex(record: Record<string, unknown>): VexReading | null {
  const about = asRecord(record['document']);
  if (about === null || !/^2\.[01]$/.test(textOf(about, 'csaf_version') ?? '')) return null;
  const tracking = asRecord(about['tracking']);
  const document: VexDocument = {
    id: textOf(tracking, 'id') ?? '',
    format: 'csaf',
    author: textOf(asRecord(about['publisher']), 'name') ?? '',
  };
  const products = readProducts(asRecord(record['product_tree']));
  const reading: VexReading = { document, statements: [], unresolved: 0 };
  const groups = new Map(
    recordsOf(asRecord(record['product_tree']), 'product_groups').map((each) => [
      textOf(each, 'group_id'),
      textsOf(each, 'product_ids'),
    ]),
  );
  const timestamp = timeText(textOf(tracking, 'current_release_date'));
  for (const vulnerability of recordsOf(record, 'vulnerabilities')) {
    const words = readWords(vulnerability, groups);
    const ids = [textOf(vulnerability, 'cve'), ...recordsOf(vulnerability, 'ids').map((each) => textOf(each, 'text'))];
    const vulnerabilities = ids.filter((each) => each !== null);
    for (const [kind, status] of Object.entries(STATUSES)) {
      for (const id of textsOf(asRecord(vulnerability['product_status']), kind)) {
        const named = products(id);
        if (named === null || vulnerabilities.length === 0) reading.unresolved++;
        else reading.statements.push({ vulnerabilities, ...named, status, ...words(id, status), timestamp, document });
      }
    }
  }
  return reading;
}

type Words = { justification: string | null; impact: string | null; action: string | null };

/** What flags, threats and remediations say of a product, by its id or by a group it is in. */
function readWords(vulnerability: Record<string, unknown>, groups: ReadonlyMap<string | null, string[]>) {
  const collect = (list: string, member: string, isWanted: (each: Record<string, unknown>) => boolean) => {
    const found = new Map<string, string>();
    for (const each of recordsOf(vulnerability, list)) {
      const text = textOf(each, member);
      const ids = [
        ...textsOf(each, 'product_ids'),
        ...textsOf(each, 'group_ids').flatMap((id) => groups.get(id) ?? []),
      ];
      if (text !== null && isWanted(each)) for (const id of ids) found.set(id, found.get(id) ?? text);
    }
    return found;
  };
  const justifications = collect('flags', 'label', () => true);
  const impacts = collect('threats', 'details', ({ category }) => category === 'impact');
  const actions = collect('remediations', 'details', () => true);
  return (id: string, status: VexStatus): Words => ({
    justification: status === 'not_affected' ? (justifications.get(id) ?? null) : null,
    impact: status === 'not_affected' ? (impacts.get(id) ?? null) : null,
    action: actions.get(id) ?? null,
  });
}

/** The products of a tree, to be asked by their id: what a part belongs to is the product, and the part its component. */
function readProducts(tree: Record<string, unknown> | null): (id: string) => Named | null {
  const products = collectProducts(tree);
  const relationships = new Map<string, { part: string; whole: string }>();
  for (const each of recordsOf(tree, 'relationships')) {
    const id = textOf(asRecord(each['full_product_name']), 'product_id');
    const [part, whole] = [textOf(each, 'product_reference'), textOf(each, 'relates_to_product_reference')];
    if (id !== null && part !== null && whole !== null) relationships.set(id, { part, whole });
  }
  const find = (id: string, depth: number): Named | null => {
    const related = relationships.get(id);
    const own = products.get(id);
    if (related === undefined) return own === undefined ? null : { product: own, subcomponents: [] };
    const whole = depth > MAX_PARTS ? null : find(related.whole, depth + 1);
    const part = depth > MAX_PARTS ? null : find(related.part, depth + 1);
    return whole === null || part === null ? null : { product: whole.product, subcomponents: [part.product] };
  };
  return (id) => find(id, 0);
}

/** All products by id, with the name and the version that their branches give them; walked without recursion. */
function collectProducts(tree: Record<string, unknown> | null): Map<string, VexProduct> {
  const products = new Map<string, VexProduct>();
  const add = (value: unknown, name: string | null, version: string | null) => {
    const record = asRecord(value);
    const id = textOf(record, 'product_id');
    const helper = asRecord(record?.['product_identification_helper']);
    // CSAF 2.1 lists package URLs where 2.0 has one.
    const [listed] = listOf(helper, 'purls').filter((each) => typeof each === 'string');
    const purl = textOf(helper, 'purl') ?? listed ?? null;
    if (id !== null)
      products.set(id, { name: name ?? textOf(record, 'name'), version, purl, cpe: textOf(helper, 'cpe') });
  };
  for (const each of recordsOf(tree, 'full_product_names')) add(each, null, null);
  const waiting = recordsOf(tree, 'branches').map((branch) => ({ branch, name: noName(), version: noName() }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [category, own] = [textOf(next.branch, 'category'), textOf(next.branch, 'name')];
    const name = category === 'product_name' ? own : next.name;
    const version = category === 'product_version' ? own : next.version;
    // A range of versions is no version: such a product has none.
    if (category !== 'product_version_range' && next.branch['product'] !== undefined)
      add(next.branch['product'], name, version);
    for (const branch of recordsOf(next.branch, 'branches')) waiting.push({ branch, name, version });
  }
  return products;
}

function noName(): string | null {
  return null;
}
