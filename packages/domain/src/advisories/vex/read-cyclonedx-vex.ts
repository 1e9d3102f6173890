import { asRecord, recordsOf, textOf, textsOf } from '../read-fields.ts';
import {
  timeText,
  type VexDocument,
  type VexProduct,
  type VexReading,
  type VexStatement,
  type VexStatus,
} from './vex-statement.ts';

const STATES: Readonly<Record<string, VexStatus>> = {
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
};

/** CycloneDX's reasons in OpenVEX's words; those it has none for stay as they are (`requires_configuration`). */
const JUSTIFICATIONS: Readonly<Record<string, string>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};

/**
 * Reads the analyses of a CycloneDX document (https://cyclonedx.org/capabilities/vex/); a vulnerability without one is no
 * statement. `components` are those of the document, nested ones too.
 * @returns null for another document, or one without vulnerabilities.
 */
export function readCycloneDxVex(
  record: Record<string, unknown>,
  components: readonly Record<string, unknown>[],
): VexReading | null {
  if (record['bomFormat'] !== 'CycloneDX' || !Array.isArray(record['vulnerabilities'])) return null;
  const metadata = asRecord(record['metadata']);
  const [author] = recordsOf(metadata, 'authors');
  const serial = textOf(record, 'serialNumber');
  const document: VexDocument = {
    id: serial ?? '',
    format: 'cyclonedx',
    author: textOf(author ?? null, 'name') ?? textOf(asRecord(metadata?.['supplier']), 'name') ?? '',
  };
  const products = new Map(components.map((each) => [textOf(each, 'bom-ref'), productOf(each)]));
  const reading: VexReading = { document, statements: [], unresolved: 0 };
  const written = timeText(textOf(metadata, 'timestamp'));
  for (const each of recordsOf(record, 'vulnerabilities')) readAnalysis(reading, each, { products, written });
  return reading;
}

interface Known {
  products: ReadonlyMap<string | null, VexProduct>;
  written: string | null;
}

function readAnalysis(reading: VexReading, vulnerability: Record<string, unknown>, { products, written }: Known): void {
  const analysis = asRecord(vulnerability['analysis']);
  const id = textOf(vulnerability, 'id');
  const state = textOf(analysis, 'state');
  const status = state !== null && Object.hasOwn(STATES, state) ? STATES[state] : undefined;
  if (id === null || status === undefined) return;
  const detail = textOf(analysis, 'detail');
  const reason = textOf(analysis, 'justification') ?? '';
  const shared: Omit<VexStatement, 'product'> = {
    vulnerabilities: [
      ...new Set([id, ...recordsOf(vulnerability, 'references').flatMap((each) => textOf(each, 'id') ?? [])]),
    ],
    subcomponents: [],
    status,
    justification: (Object.hasOwn(JUSTIFICATIONS, reason) ? JUSTIFICATIONS[reason] : reason) || null,
    impact: status === 'affected' ? null : detail,
    action:
      [textOf(vulnerability, 'recommendation'), ...textsOf(analysis, 'response')].filter(Boolean).join('; ') || null,
    timestamp: timeText(textOf(analysis, 'lastUpdated')) ?? timeText(textOf(vulnerability, 'updated')) ?? written,
    document: reading.document,
  };
  for (const target of recordsOf(vulnerability, 'affects')) {
    const product = resolve(textOf(target, 'ref') ?? '', products);
    const versions = recordsOf(target, 'versions');
    if (product === null) reading.unresolved++;
    else if (versions.length === 0) reading.statements.push({ ...shared, product });
    else for (const each of versions) readVersion(reading, { ...shared, product }, each);
  }
}

/** A version has a word of its own, which says whether it is affected; a range of versions is not read. */
function readVersion(reading: VexReading, statement: VexStatement, entry: Record<string, unknown>): void {
  const version = textOf(entry, 'version');
  const own = textOf(entry, 'status') ?? 'affected';
  if (version === null || statement.product.name === null) {
    reading.unresolved++;
    return;
  }
  const isClosed = statement.status === 'not_affected' || statement.status === 'fixed';
  const words: Readonly<Record<string, VexStatus>> = {
    affected: statement.status === 'under_investigation' ? 'under_investigation' : 'affected',
    unaffected: isClosed ? statement.status : 'not_affected',
    unknown: 'under_investigation',
  };
  const status = Object.hasOwn(words, own) ? words[own] : undefined;
  if (status === undefined) reading.unresolved++;
  else reading.statements.push({ ...statement, status, product: { ...statement.product, version, purl: null } });
}

/** A component of this document, or a link into another whose reference is a package URL. */
function resolve(ref: string, products: Known['products']): VexProduct | null {
  const own = products.get(ref);
  if (own !== undefined) return own;
  const [, fragment = ref] = /^urn:cdx:[^#]+#(.+)$/.exec(ref) ?? [];
  const purl = decode(fragment);
  return purl.startsWith('pkg:') ? { name: null, version: null, purl, cpe: null } : null;
}

function productOf(component: Record<string, unknown>): VexProduct {
  const group = textOf(component, 'group');
  const name = textOf(component, 'name');
  return {
    name: name === null || group === null ? name : `${group}/${name}`,
    version: textOf(component, 'version'),
    purl: textOf(component, 'purl'),
    cpe: textOf(component, 'cpe'),
  };
}

function decode(text: string): string {
  try {
    return text.includes('%3A') || text.includes('%2F') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}
