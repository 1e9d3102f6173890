import { compareVersionTexts } from '../versions/registry.ts';
import type { Installed } from './installed.ts';

/** Names of packages that bring a kernel to boot, and the release that `uname -r` would then say. */
const IMAGES: readonly {
  name: RegExp;
  scheme: 'deb' | 'rpm';
  release(match: RegExpExecArray, kernel: Pick<Installed, 'version' | 'architecture'>): string;
}[] = [
  {
    // Debug images cannot boot and do not count.
    name: /^linux-image-(?:unsigned-)?(\d+\.\d+\S*?)(?<!-dbg|-dbgsym)$/,
    scheme: 'deb',
    release: (match) => match[1] ?? '',
  },
  {
    name: /^kernel(?:\d+\.\d+)?(?:-uek)?(?:-core)?$/,
    scheme: 'rpm',
    release: (_, { version, architecture }) => `${version.replace(/^\d+:/, '')}.${architecture}`,
  },
  {
    name: /^kernel-(default|azure|kvmsmall|longterm|preempt|rt)$/,
    scheme: 'rpm',
    release: (match, { version }) => `${version.replace(/\.\d+$/, '')}-${match[1]}`,
  },
];

/**
 * The release (as `uname -r` would say it) of the newest installed kernel image, by the order of its package manager; null on a
 * host without one, such as a container.
 */
export function newestKernel(
  installed: readonly Pick<Installed, 'name' | 'version' | 'architecture'>[],
): string | null {
  let newest: { release: string; version: string } | null = null;
  for (const kernel of installed) {
    for (const { name, scheme, release } of IMAGES) {
      const match = name.exec(kernel.name);
      if (match === null) continue;
      if (newest === null || compareVersionTexts(scheme, kernel.version, newest.version) === 1)
        newest = { release: release(match, kernel), version: kernel.version };
    }
  }
  return newest?.release ?? null;
}
