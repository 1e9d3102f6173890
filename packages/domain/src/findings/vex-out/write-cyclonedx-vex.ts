import type { VexEntry, VexMaking } from './vex-entry.ts';

const STATES = {
  not_affected: 'not_affected',
  affected: 'exploitable',
  fixed: 'resolved',
  under_investigation: 'in_triage',
} as const;

/** OpenVEX's reasons in CycloneDX's words; a reason that it has none for stays in the detail. */
const JUSTIFICATIONS: Readonly<Record<string, string>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
  requires_configuration: 'requires_configuration',
  requires_dependency: 'requires_dependency',
  requires_environment: 'requires_environment',
};

/** Statements as a CycloneDX 1.6 document (https://cyclonedx.org/capabilities/vex/); `readCycloneDxVex` reads it back. */
export function writeCycloneDxVex(
  entries: readonly VexEntry[],
  { id, author, now, version }: VexMaking,
): Record<string, unknown> {
  const components = new Map(entries.map((each) => [each.purl, each]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${id}`,
    version: 1,
    metadata: {
      timestamp: now,
      authors: [{ name: author }],
      tools: { components: [{ type: 'application', name: 'fleetmend', version }] },
    },
    components: [...components.values()].map(({ name, version: installed, purl }) => ({
      type: 'library',
      'bom-ref': purl,
      name,
      version: installed,
      purl,
    })),
    vulnerabilities: entries.map(vulnerabilityOf),
  };
}

function vulnerabilityOf({ vulnerability, purl, status, justification, impact, action }: VexEntry) {
  const known = justification !== null && Object.hasOwn(JUSTIFICATIONS, justification);
  const detail = [known ? null : justification, impact].filter((each) => each !== null).join(': ');
  return {
    id: vulnerability,
    ...(action === null ? {} : { recommendation: action }),
    analysis: {
      state: STATES[status],
      ...(known ? { justification: JUSTIFICATIONS[justification] } : {}),
      ...(detail === '' ? {} : { detail }),
    },
    affects: [{ ref: purl }],
  };
}
