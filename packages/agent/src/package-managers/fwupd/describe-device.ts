import { availableUpdate, software as softwareSchema } from '@fleetmend/api/inventory.ts';
import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import type { Device, Release } from './parse-devices.ts';

/** A device's firmware as software; null for a version we cannot carry. */
export function describeDevice({ name, version, guid }: Device): Software | null {
  const entry = softwareSchema.safeParse({
    ecosystem: 'firmware',
    name,
    version,
    architecture: 'all',
    source: guid,
    source_version: version,
    module: null,
  });
  return entry.success ? entry.data : null;
}

/**
 * The newest firmware above what a device has. A release is a fix when it names what it fixes, or its urgency is critical,
 * which fwupd keeps for security.
 */
export function describeUpdate(
  { name, version, guid, flags, releases }: Device,
  urgencies: ReadonlyMap<string, string>,
): AvailableUpdate | null {
  const newer = releases
    .filter((release) => compareIn('firmware', release.version, version) === 1)
    .sort((a, b) => compareIn('firmware', a.version, b.version) ?? 0);
  const newest = newer.at(-1);
  if (newest === undefined) return null;
  const isFix = (release: Release) => release.issues.length > 0 || urgencies.get(release.version) === 'critical';
  const fix = newer.findLast(isFix);
  const issues = [...new Set(newer.flatMap((release) => release.issues))];
  const worst = ['critical', 'high', 'medium', 'low'].find((word) =>
    newer.some((release) => urgencies.get(release.version) === word),
  );
  const update = availableUpdate.safeParse({
    ecosystem: 'firmware',
    name,
    architecture: 'all',
    installed_version: version,
    candidate_version: newest.version,
    source: guid,
    source_installed_version: version,
    source_candidate_version: newest.version,
    origin: newest.remote,
    suite: newest.remote,
    is_security: fix !== undefined,
    is_held: flags.includes('locked'),
    size: null,
    sha256: newest.sha256,
    fix_version: fix === undefined || fix === newest ? null : fix.version,
    advisories: issues.filter((issue) => !issue.startsWith('CVE-')),
    severity: worst ?? null,
    changelog_cves: issues.filter((issue) => /^CVE-\d{4}-\d{4,19}$/.test(issue)),
  });
  return update.success ? update.data : null;
}
