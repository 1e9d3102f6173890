import { asRecord, listOf, recordsOf, textOf, textsOf } from '../read-fields.ts';
import {
  timeText,
  VEX_STATUSES,
  type VexDocument,
  type VexProduct,
  type VexReading,
  type VexStatement,
} from './vex-statement.ts';

/** Reads an OpenVEX document (https://github.com/openvex/spec), of version 0.2.0 or the one before it; null for another. */
export function readOpenVex(record: Record<string, unknown>): VexReading | null {
  if (textOf(record, '@context')?.startsWith('https://openvex.dev/ns') !== true) return null;
  const document: VexDocument = {
    id: textOf(record, '@id') ?? '',
    format: 'openvex',
    author: textOf(record, 'author') ?? '',
  };
  const written = timeText(textOf(record, 'last_updated')) ?? timeText(textOf(record, 'timestamp'));
  const reading: VexReading = { document, statements: [], unresolved: 0 };
  for (const each of recordsOf(record, 'statements')) readStatement(reading, each, written);
  return reading;
}

function readStatement(reading: VexReading, statement: Record<string, unknown>, written: string | null): void {
  const status = VEX_STATUSES.find((each) => each === statement['status']);
  const vulnerabilities = vulnerabilitiesOf(statement);
  if (status === undefined || vulnerabilities.length === 0) {
    reading.unresolved++;
    return;
  }
  const shared: Omit<VexStatement, 'product' | 'subcomponents'> = {
    vulnerabilities,
    status,
    justification: textOf(statement, 'justification'),
    impact: textOf(statement, 'impact_statement'),
    action: textOf(statement, 'action_statement'),
    timestamp: timeText(textOf(statement, 'last_updated')) ?? timeText(textOf(statement, 'timestamp')) ?? written,
    document: reading.document,
  };
  // Version 0.0.1 names the parts beside the products.
  const old = listOf(statement, 'subcomponents').map(productOf);
  for (const each of listOf(statement, 'products')) {
    const subcomponents = [...listOf(asRecord(each), 'subcomponents').map(productOf), ...old];
    const product = productOf(each);
    if ([product, ...subcomponents].every(isNamed)) reading.statements.push({ ...shared, product, subcomponents });
    else reading.unresolved++;
  }
}

function vulnerabilitiesOf(statement: Record<string, unknown>): string[] {
  const vulnerability = asRecord(statement['vulnerability']);
  const name = textOf(statement, 'vulnerability') ?? textOf(vulnerability, 'name');
  return name === null ? [] : [...new Set([name, ...textsOf(vulnerability, 'aliases')])];
}

/** A product is named by its id, which is mostly a package URL, or by identifiers beside it. */
function productOf(value: unknown): VexProduct {
  const record = asRecord(value);
  const identifiers = asRecord(record?.['identifiers']);
  const id = typeof value === 'string' ? value : textOf(record, '@id');
  const own = (prefix: string) => (id?.startsWith(prefix) === true ? id : null);
  return {
    name: null,
    version: null,
    purl: textOf(identifiers, 'purl') ?? own('pkg:'),
    cpe: textOf(identifiers, 'cpe23') ?? textOf(identifiers, 'cpe22') ?? own('cpe:'),
  };
}

function isNamed({ purl, cpe }: VexProduct): boolean {
  return purl !== null || cpe !== null;
}
