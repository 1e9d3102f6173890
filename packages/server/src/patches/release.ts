import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';

/** The release that a machine runs, as one word: `debian:12`. Empty while it has not said. */
export function releaseOf(os: AssetFacts['os'] | null | undefined): string {
  return os ? `${os.id}:${os.version_id}` : '';
}
