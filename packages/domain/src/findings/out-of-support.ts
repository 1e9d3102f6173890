import type { SystemSupport } from '../inventory/support-of-system.ts';
import type { VersionSchemeName } from '../versions/registry.ts';
import type { DerivedFinding, Evidence, FindingState } from './derived-finding.ts';

/** Packages that the system's own publisher mends, or no more. */
const OF_SYSTEM: readonly VersionSchemeName[] = ['deb', 'rpm', 'apk', 'alpm'];
/** States that say that a fix may still come. */
const WAITING: readonly FindingState[] = ['unfixed', 'fix_deferred', 'under_investigation'];

/**
 * Findings of a machine whose system gets no more fixes: what waited for one waits no longer. Where others than its publisher,
 * or those who pay, still get some, nothing is said: a fix may come.
 */
export function endUnsupported(findings: readonly DerivedFinding[], support: SystemSupport | null): DerivedFinding[] {
  if (support?.state !== 'ended') return [...findings];
  const { product, cycle, ends_on } = support;
  const detail = `${product} ${cycle} got its last fixes${ends_on === null ? '' : ` on ${ends_on}`}`;
  const evidence: Evidence = {
    source: 'endoflife',
    advisory: null,
    rule: 'support of the system',
    detail,
    as_of: null,
  };
  return findings.map((finding) =>
    (OF_SYSTEM as readonly string[]).includes(finding.ecosystem) && WAITING.includes(finding.state)
      ? { ...finding, state: 'end_of_life', evidence: [...finding.evidence, evidence] }
      : finding,
  );
}
