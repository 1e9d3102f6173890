import type { AssetFacts } from './asset.ts';
import { hostLine } from './host-line.ts';
import { osReleaseFields } from './read-os-release.ts';

/** The system in /etc/os-release (os-release(5)); absent keys are empty, never guessed. */
export function osFacts(osRelease: string): AssetFacts['os'] {
  const values = osReleaseFields(osRelease);
  const field = (key: string, max: number) => hostLine(values.get(key) ?? '', max);
  return {
    id: field('ID', 60),
    version_id: field('VERSION_ID', 60),
    codename: field('VERSION_CODENAME', 60),
    name: field('PRETTY_NAME', 200),
  };
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NOBODY = '00:00:00:00:00:00';
const MOST_CARDS = 32;

/** The addresses of network cards, sorted, each once; what is no such address, or nobody's, is left out. */
export function macFacts(addresses: readonly string[]): string[] {
  const known = addresses.map((address) => address.trim().toLowerCase());
  return [...new Set(known.filter((address) => MAC.test(address) && address !== NOBODY))].sort().slice(0, MOST_CARDS);
}

/**
 * Why a host must reboot before what is installed runs: the distribution's own flag (written by maintainer scripts), and a
 * newer kernel on disk than the one that runs.
 */
export function rebootReasons(
  flag: { isSet: boolean; packages: string | null },
  kernels: { running: string; installed: string | null },
): string[] {
  const reasons: string[] = [];
  if (flag.isSet) {
    const names = [...new Set((flag.packages ?? '').split('\n').map((name) => hostLine(name, 200)))].filter(
      (name) => name !== '',
    );
    reasons.push(
      ...(names.length > 0 ? names.map((name) => `${name} asks for a reboot`) : ['the system asks for a reboot']),
    );
  }
  if (kernels.installed !== null && kernels.installed !== kernels.running) {
    reasons.push(`kernel ${kernels.running} runs, ${kernels.installed} is installed`);
  }
  return reasons.slice(0, 200).map((reason) => hostLine(reason, 300));
}
