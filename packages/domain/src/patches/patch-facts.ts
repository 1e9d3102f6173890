import type { VulnerabilityFacts } from '../advisories/advisory.ts';
import type { AssetWorth } from '../inventory/asset.ts';

/** An asset that still lacks a patch, and what its owner says it is worth. */
export interface AffectedAsset {
  id: string;
  hostname: string;
  worth: AssetWorth;
}

/** Everything that a patch's rank is computed from. */
export interface PatchFacts {
  id: string;
  source: string;
  to_version: string;
  is_security: boolean;
  /** What the update removes from the affected assets, as far as it is named. */
  vulnerabilities: readonly VulnerabilityFacts[];
  affected: readonly AffectedAsset[];
  /** Assets that have or had the package, and those of them whose relation to it is unknown. */
  counts: { total: number; unknown: number };
  /** The package because of which the machine must restart; null when none must. */
  reboot_package: string | null;
  first_seen_at: string;
  inventory_as_of: string | null;
  /** False while CISA's catalogue has never been loaded: absence from it then says nothing. */
  is_kev_loaded: boolean;
}

/** Whether anything speaks for a vulnerability: apt's own flag or one that is named. */
export function isSecurityRelevant(patch: Pick<PatchFacts, 'is_security' | 'vulnerabilities'>): boolean {
  return patch.is_security || patch.vulnerabilities.length > 0;
}
