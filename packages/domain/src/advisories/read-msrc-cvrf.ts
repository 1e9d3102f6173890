import { asRecord, listOf, recordsOf, textOf } from './read-fields.ts';
import type { MsrcRow } from './read-msrc.ts';

/** Numbers that Microsoft's documents give to kinds of threats and remediations (CVRF 1.1, in the order of its schema). */
const IMPACT = 0;
const SEVERITY = 3;
const VENDOR_FIX = 2;
const TAG = 7;

/**
 * The rows of one of Microsoft's monthly documents, CVRF as JSON (https://api.msrc.microsoft.com/cvrf/v3.0): one for each
 * vulnerability, update and product. @returns null for what is no such document
 */
export function readMsrcCvrf(document: Record<string, unknown>): MsrcRow[] | null {
  const tree = asRecord(document['ProductTree']);
  if (tree === null || !Array.isArray(document['Vulnerability'])) return null;
  const products = new Map(
    recordsOf(tree, 'FullProductName').map((each) => [idOf(each['ProductID']), textOf(each, 'Value') ?? ''] as const),
  );
  return recordsOf(document, 'Vulnerability').flatMap((each) => readVulnerability(each, products));
}

function readVulnerability(vulnerability: Record<string, unknown>, products: ReadonlyMap<string, string>): MsrcRow[] {
  const cve = textOf(vulnerability, 'CVE');
  if (cve === null) return [];
  const component = readValue(recordsOf(vulnerability, 'Notes').find((note) => note['Type'] === TAG)) ?? '';
  const threats = recordsOf(vulnerability, 'Threats');
  const severities = threatsByProduct(threats, SEVERITY);
  const impacts = threatsByProduct(threats, IMPACT);
  return recordsOf(vulnerability, 'Remediations').flatMap((remediation) => {
    const kb = /^(?:KB)?([0-9]+)$/.exec(readValue(asRecord(remediation['Description'])) ?? '')?.[1];
    if (remediation['Type'] !== VENDOR_FIX || kb === undefined) return [];
    const supersedes = (textOf(remediation, 'Supercedence') ?? '').match(/[0-9]{6,}/g) ?? [];
    const fixed_build = textOf(remediation, 'FixedBuild');
    return listOf(remediation, 'ProductID').flatMap((value): MsrcRow[] => {
      const id = idOf(value);
      const product = products.get(id);
      if (product === undefined) return [];
      const severity = severities.get(id) ?? '';
      const impact = impacts.get(id) ?? '';
      return [{ cve, kb, product, component, severity, impact, supersedes: [...supersedes], fixed_build }];
    });
  });
}

/** A description by product id, of the threats of one kind. */
function threatsByProduct(threats: readonly Record<string, unknown>[], kind: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const threat of threats) {
    const text = readValue(asRecord(threat['Description']));
    if (threat['Type'] !== kind || text === null) continue;
    for (const id of listOf(threat, 'ProductID')) found.set(idOf(id), text);
  }
  return found;
}

/** Ids of products are texts or numbers, from one month to another. */
function idOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function readValue(record: Record<string, unknown> | null | undefined): string | null {
  return textOf(record ?? null, 'Value');
}
