import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { osReleaseFields } from '@fleetmend/domain/inventory/read-os-release.ts';
import { hostLine } from '../platform/host-text.ts';

/** Reads /etc/os-release (os-release(5)); absent keys are empty, never guessed. */
export function parseOsRelease(text: string): AssetFacts['os'] {
  const values = osReleaseFields(text);
  const field = (key: string, max: number) => hostLine(values.get(key) ?? '', max);
  return {
    id: field('ID', 60),
    version_id: field('VERSION_ID', 60),
    codename: field('VERSION_CODENAME', 60),
    name: field('PRETTY_NAME', 200),
  };
}
