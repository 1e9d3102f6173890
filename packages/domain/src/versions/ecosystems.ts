import { compareVersionTexts, type VersionSchemeName } from './registry.ts';

/**
 * Every kind of package an inventory can hold, and the order of its versions. The managers of systems by their own names,
 * the packages of languages as OSV names their ecosystems (https://ossf.github.io/osv-schema/#affectedpackage-field).
 */
const ECOSYSTEM_SCHEMES = {
  deb: 'deb',
  rpm: 'rpm',
  apk: 'apk',
  alpm: 'alpm',
  flatpak: 'dotted',
  snap: 'dotted',
  firmware: 'dotted',
  winget: 'dotted',
  windows: 'windows',
  macos: 'dotted',
  brew: 'dotted',
  npm: 'semver',
  PyPI: 'pypi',
  'crates.io': 'semver',
  Go: 'go',
  Maven: 'maven',
  RubyGems: 'rubygems',
  NuGet: 'nuget',
  Packagist: 'packagist',
} as const satisfies Record<string, VersionSchemeName>;

export type Ecosystem = keyof typeof ECOSYSTEM_SCHEMES;

export const ECOSYSTEMS = Object.keys(ECOSYSTEM_SCHEMES) as [Ecosystem, ...Ecosystem[]];

/** The order in which an ecosystem puts two versions, or null when one of them cannot be read: that is never an order. */
export function compareIn(ecosystem: Ecosystem, a: string, b: string): -1 | 0 | 1 | null {
  return compareVersionTexts(schemeOf(ecosystem), a, b);
}

/** The scheme of an ecosystem's versions. */
export function schemeOf(ecosystem: Ecosystem): VersionSchemeName {
  return ECOSYSTEM_SCHEMES[ecosystem];
}
