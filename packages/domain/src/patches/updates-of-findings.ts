import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { MatchedFinding } from '../findings/match-finding.ts';
import type { AffectedAsset, PatchFacts } from './patch-facts.ts';

/** One update that findings of an inventory ask for: a package to the newest version that any of them is fixed in. */
export interface NeededUpdate {
  /** The source package, where the inventory names one. */
  source: string;
  from_version: string;
  to_version: string;
  vulnerabilities: string[];
}

/**
 * The updates that open findings with a fix ask for, one for each source package, as an update moves all its binaries at
 * once. `sourceOf` names the source of a package; `isNewer` is the order of versions of its platform, false where there is none.
 */
export function updatesOfFindings(
  findings: readonly MatchedFinding[],
  sourceOf: (name: string) => string,
  isNewer: (finding: MatchedFinding, than: string) => boolean,
): NeededUpdate[] {
  const updates = new Map<string, NeededUpdate>();
  for (const finding of findings) {
    const { state, fixed, installed } = finding;
    if (state !== 'affected' || fixed === null) continue;
    const source = sourceOf(finding.package);
    const update = updates.get(source) ?? { source, from_version: installed, to_version: fixed, vulnerabilities: [] };
    if (isNewer(finding, update.to_version)) update.to_version = fixed;
    update.vulnerabilities.push(...finding.vulnerabilities.filter((id) => !update.vulnerabilities.includes(id)));
    updates.set(source, update);
  }
  return [...updates.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** The facts of such an update on the one machine that needs it, as of `now`: it has been found just now, and nowhere else. */
export function factsOfUpdate(
  { source, to_version, vulnerabilities }: NeededUpdate,
  asset: AffectedAsset,
  knowledge: { facts(id: string): VulnerabilityFacts; is_loaded: PatchFacts['is_loaded']; now: string },
): PatchFacts {
  const known = vulnerabilities.toSorted().map((id) => knowledge.facts(id));
  return {
    id: source,
    source,
    to_version,
    is_security: true,
    vulnerabilities: known.filter(({ is_rejected }) => !is_rejected),
    ruled_out: known.filter(({ is_rejected }) => is_rejected).map(({ id }) => id),
    affected: [asset],
    detections: known.map(({ id }) => ({ vulnerability: id, asset: asset.id, detected_at: knowledge.now })),
    counts: { total: 1, unknown: 0 },
    reboot_package: null,
    first_seen_at: knowledge.now,
    inventory_as_of: knowledge.now,
    is_loaded: knowledge.is_loaded,
  };
}
