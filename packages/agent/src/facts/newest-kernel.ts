import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { compareDeb, parseDeb } from '@fleetmend/domain/versions/deb.ts';

const IMAGE = /^linux-image-(?:unsigned-)?(\d+\.\d+\S*)$/;

/**
 * The release (as `uname -r` would say it) of the newest installed kernel image, by dpkg's version order; null on a
 * host without one, such as a container. Debug images cannot boot and do not count.
 */
export function newestKernel(installed: readonly Software[]): string | null {
  let newest: { release: string; version: string } | null = null;
  for (const { name, version } of installed) {
    const release = IMAGE.exec(name)?.[1];
    if (release === undefined || release.endsWith('-dbg') || release.endsWith('-dbgsym')) continue;
    if (newest === null || isNewer(version, newest.version)) newest = { release, version };
  }
  return newest?.release ?? null;
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [parseDeb(a), parseDeb(b)];
  return left !== null && right !== null && compareDeb(left, right) > 0;
}
