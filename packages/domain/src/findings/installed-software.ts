import type { Software } from '../inventory/asset.ts';
import type { Installed } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import type { Ecosystem } from '../versions/ecosystems.ts';

/** What belongs to the system itself: advisories name it under the system's own platform. */
const OF_SYSTEM: readonly Ecosystem[] = ['deb', 'rpm', 'apk', 'alpm'];
/** Signed kernels of Debian and Ubuntu are sources of their own, made from one that advisories speak of. */
const SIGNED_KERNEL = /^linux-signed(?:-(.+))?$/;
const ARCHITECTURES = ['amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 'riscv64', 's390x'];

/** A package of a machine under the names that advisories use for it. */
export function installedSoftware(software: Software): Installed {
  const { ecosystem, name, version, architecture, source, source_version, module } = software;
  const [, flavour] = SIGNED_KERNEL.exec(source) ?? [null, null];
  const isOfSystem = OF_SYSTEM.includes(ecosystem);
  const own = {
    name,
    version,
    architecture,
    source,
    source_version,
    module: isOfSystem ? module : null,
    ecosystem: platformOf(software),
    cpe: null,
    path: isOfSystem ? null : module,
  };
  if (ecosystem !== 'deb' || flavour === null) return own;
  const isPlain = flavour === undefined || ARCHITECTURES.includes(flavour);
  // The image has the version of the kernel that was signed; the source has a number of its own.
  return { ...own, source: isPlain ? 'linux' : `linux-${flavour}`, source_version: version };
}

/** macOS and Windows are packages themselves: what they run on is what they are, and of macOS in which release. */
function platformOf({ ecosystem, version }: Software): string | null {
  if (OF_SYSTEM.includes(ecosystem)) return null;
  return ecosystem === 'macos' ? (platformsOf({ os: { family: 'macos', release: version } })[0] ?? null) : ecosystem;
}
