import type { VersionSchemeName } from '../versions/registry.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/** Who is believed first where feeds speak of the same package and vulnerability. */
const AUTHORITIES = ['the publisher of the package', 'OSV’s copy of it', 'the ecosystem', 'NVD'] as const;

/** Schemes of distributions: they patch older versions, so what upstream's numbers say is not what holds for theirs. */
const DISTRIBUTIONS: readonly (VersionSchemeName | null)[] = ['deb', 'rpm', 'apk', 'alpm'];
const OF_ECOSYSTEMS = ['osv', 'ghsa', 'pypi', 'go', 'rustsec', 'nodejs'];
const OF_NVD = ['nvd', 'cve', 'vulnrichment'];

/** How far down a feed stands for a platform: 0 is believed first. */
export function authorityOf(feed: string, platform: string): number {
  if (OF_NVD.includes(feed)) return 3;
  const isDistribution = DISTRIBUTIONS.includes(schemeOfPlatform(platform));
  if (feed === 'osv' && isDistribution) return 1;
  return OF_ECOSYSTEMS.includes(feed) ? 2 : 0;
}

/** An authority in words. */
export function nameAuthority(authority: number): string {
  return AUTHORITIES[authority] ?? '';
}
