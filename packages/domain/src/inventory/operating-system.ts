import type { OperatingSystem } from './installed.ts';

/** Names that inventories write out, and the family they stand for. */
const FAMILIES: readonly (readonly [name: RegExp, family: string])[] = [
  [/^debian\b/, 'debian'],
  [/^ubuntu\b/, 'ubuntu'],
  [/^alpine\b/, 'alpine'],
  [/^alma/, 'almalinux'],
  [/^rocky/, 'rocky'],
  [/^red ?hat\b/, 'redhat'],
  [/^centos\b/, 'centos'],
  [/^oracle\b/, 'oracle'],
  [/^amazon\b/, 'amazon'],
  [/^fedora\b/, 'fedora'],
  [/^photon\b/, 'photon'],
  [/^opensuse[. -]?tumbleweed/, 'opensuse-tumbleweed'],
  [/^opensuse\b/, 'opensuse-leap'],
  [/^(suse linux enterprise|suse\.linux\.enterprise)[. ]micro/, 'slem'],
  [/^(suse linux enterprise|suse\.linux\.enterprise)/, 'sles'],
  [/^arch\b/, 'arch'],
  [/^(mac ?os|darwin)\b/, 'macos'],
];

/** Systems that are installed and updated as a whole, under their own name. */
export const WHOLE_SYSTEMS: Readonly<Record<string, string>> = {
  macos: 'macOS',
  ios: 'iOS',
  ipados: 'iPadOS',
  tvos: 'tvOS',
  watchos: 'watchOS',
  visionos: 'visionOS',
};

/** A system as an inventory names it; null when it does not. Families that no distribution's name begins stay as they are. */
export function operatingSystem(name: string | null, release: string | null): OperatingSystem | null {
  if (name === null) return null;
  const given = name.trim().toLowerCase();
  const family = FAMILIES.find(([pattern]) => pattern.test(given))?.[1] ?? given;
  return { family, release: (release ?? '').trim() };
}
