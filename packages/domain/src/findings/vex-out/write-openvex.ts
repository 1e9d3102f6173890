import { VEX_JUSTIFICATIONS } from '../../advisories/vex/vex-statement.ts';
import type { VexEntry, VexMaking } from './vex-entry.ts';

/** Statements as an OpenVEX 0.2.0 document (https://github.com/openvex/spec); `readOpenVex` reads it back. */
export function writeOpenVex(
  entries: readonly VexEntry[],
  { id, author, now, version }: VexMaking,
): Record<string, unknown> {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:uuid:${id}`,
    author,
    timestamp: now,
    version: 1,
    tooling: `fleetmend ${version}`,
    statements: entries.map(statementOf),
  };
}

function statementOf({ vulnerability, purl, status, justification, impact, action }: VexEntry) {
  const label = VEX_JUSTIFICATIONS.find((each) => each === justification);
  return {
    vulnerability: { name: vulnerability },
    products: [{ '@id': purl, identifiers: { purl } }],
    status,
    ...(status === 'not_affected' && label !== undefined ? { justification: label } : {}),
    ...(status === 'not_affected' && impact !== null ? { impact_statement: impact } : {}),
    ...(status === 'affected' ? { action_statement: action } : {}),
  };
}
