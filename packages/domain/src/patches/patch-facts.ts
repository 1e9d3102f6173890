import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { AssetWorth } from '../inventory/asset.ts';

/** An asset that still lacks a patch, and what its owner says it is worth. */
export interface AffectedAsset {
  id: string;
  hostname: string;
  worth: AssetWorth;
}

/** One vulnerability on one asset: an open finding that the patch clears. */
export interface Detection {
  vulnerability: string;
  asset: string;
  detected_at: string;
}

/** Everything that a patch's rank is computed from. */
export interface PatchFacts {
  id: string;
  source: string;
  to_version: string;
  is_security: boolean;
  /** What the update removes from the affected assets, as far as it is named and not ruled out. */
  vulnerabilities: readonly VulnerabilityFacts[];
  /** Named once and no vulnerability any more: rejected by the CVE programme. */
  ruled_out: readonly string[];
  affected: readonly AffectedAsset[];
  detections: readonly Detection[];
  /** Assets that have or had the package, and those of them whose relation to it is unknown. */
  counts: { total: number; unknown: number };
  /** The package because of which the machine must restart; null when none must. */
  reboot_package: string | null;
  first_seen_at: string;
  inventory_as_of: string | null;
  /** False while a feed has never been loaded: absence from it then says nothing. */
  is_loaded: { kev: boolean; cve: boolean };
}

/**
 * Whether anything speaks for a vulnerability: one that is named, or the repository's own flag. The flag counts for nothing
 * once all that was named has been ruled out.
 */
export function isSecurityRelevant(patch: Pick<PatchFacts, 'is_security' | 'vulnerabilities' | 'ruled_out'>): boolean {
  return patch.vulnerabilities.length > 0 || (patch.is_security && patch.ruled_out.length === 0);
}
