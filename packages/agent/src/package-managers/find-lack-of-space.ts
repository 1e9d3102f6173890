import { existsSync, statfsSync } from 'node:fs';

const MARGIN_BYTES = 64 * 1024 * 1024;
const KERNEL_BOOT_BYTES = 200 * 1024 * 1024;

/** Why there is not enough room for so many bytes of unpacked files; null when there is. */
export function findLackOfSpace(unpackedBytes: number, hasKernel: boolean): string | null {
  const needs = [
    { path: '/usr', bytes: unpackedBytes + MARGIN_BYTES },
    { path: '/var', bytes: MARGIN_BYTES },
    ...(hasKernel && existsSync('/boot') ? [{ path: '/boot', bytes: KERNEL_BOOT_BYTES }] : []),
  ];
  for (const { path, bytes } of needs) {
    const { bavail, bsize } = statfsSync(path);
    if (bavail * bsize < bytes)
      return `${path} has ${megabytes(bavail * bsize)} MB free, ${megabytes(bytes)} MB are needed`;
  }
  return null;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_000_000);
}
