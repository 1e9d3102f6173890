import type { Software } from '../inventory/asset.ts';
import { compareIn } from '../versions/ecosystems.ts';

const DEB_IMAGE = /^linux-image-(?:unsigned-)?([0-9]\S*)$/;
/** Amazon's later kernels have their line in the name: `kernel6.12`. */
const RPM_IMAGE = /^kernel(?:\d+\.\d+)?(?:-(uek|rt|64k|debug|default|azure|kvmsmall|longterm|preempt))?(?:-core)?$/;

/** The kernel that a machine runs, among the packages it has. */
export interface KernelInEffect {
  image: Software;
  release: string;
}

/** The package of the running kernel (`uname -r`); null where none is found, as in a container. */
export function kernelInEffect(software: readonly Software[], release: string): KernelInEffect | null {
  const image = software.find((each) => releasesOf(each).includes(release));
  return image === undefined ? null : { image, release };
}

/** Whether a package is a kernel older than the one that runs: kept as a way back, and in effect nowhere. */
export function isWayBack(software: Software, kernel: KernelInEffect | null): boolean {
  if (kernel === null || !isKernelLike(software, kernel.image)) return false;
  return compareIn(software.ecosystem, software.version, kernel.image.version) === -1;
}

/** The newest kernel beside the running one that has a fix, which a restart would bring into effect; null: there is none. */
export function kernelWithFix(
  software: readonly Software[],
  kernel: KernelInEffect | null,
  fixed: string,
): Software | null {
  if (kernel === null) return null;
  const able = software.filter((each) => releasesOf(each).length > 0 && isKernelLike(each, kernel.image));
  const fixing = able.filter(({ ecosystem, version }) => (compareIn(ecosystem, version, fixed) ?? -1) >= 0);
  return fixing.reduce<Software | null>(
    (best, each) => (best === null || compareIn(each.ecosystem, each.version, best.version) === 1 ? each : best),
    null,
  );
}

/** Packages that are installed side by side, one set for each kernel. */
function isKernelLike(software: Software, image: Software): boolean {
  if (software.ecosystem !== image.ecosystem) return false;
  if (software.ecosystem === 'deb') return DEB_IMAGE.test(software.name) && software.source === image.source;
  return software.source === image.source && /^kernel/.test(software.name);
}

/** What `uname -r` says while a package's kernel runs; nothing for a package without one. */
function releasesOf({ ecosystem, name, version, architecture }: Software): string[] {
  if (ecosystem === 'deb') {
    const release = DEB_IMAGE.exec(name)?.[1];
    return release === undefined ? [] : [release];
  }
  const [isImage, flavour] = (ecosystem === 'rpm' && RPM_IMAGE.exec(name)) || [];
  if (isImage === undefined) return [];
  const build = version.replace(/^[0-9]+:/, '');
  const plain = `${build}.${architecture}`;
  if (flavour === undefined) return [plain];
  // SUSE leaves the last number of the release out and ends with the flavour; others put that before the architecture.
  return [plain, `${plain}+${flavour}`, `${build.replace(/\.[0-9]+$/, '')}-${flavour}`];
}
