import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '../platform/host-text.ts';

function unquote(value: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value.trim());
  return (quoted?.[1] ?? quoted?.[2] ?? value.trim()).replace(/\\([\\"$`])/g, '$1');
}

/** Reads /etc/os-release (os-release(5)); absent keys are empty, never guessed. */
export function parseOsRelease(text: string): AssetFacts['os'] {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Z_0-9]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, unquote(value));
  }
  const field = (key: string, max: number) => hostLine(values.get(key) ?? '', max);
  return {
    id: field('ID', 60),
    version_id: field('VERSION_ID', 60),
    codename: field('VERSION_CODENAME', 60),
    name: field('PRETTY_NAME', 200),
  };
}
