import type { VersionSchemeName } from '../versions/registry.ts';

/** The order of versions by the first word of a platform, in small letters: OSV's ecosystems and the distributions. */
const SCHEMES: readonly (readonly [platform: RegExp, scheme: VersionSchemeName])[] = [
  [/^(debian|ubuntu|echo)\b/, 'deb'],
  [/^(alpine|wolfi|chainguard|minimos|alpaquita)\b/, 'apk'],
  [/^arch\b/, 'alpm'],
  [
    /^(alma|almalinux|rocky|red hat|redhat|centos|oracle|ol|amazon|photon|cbl-mariner|mariner|azure|opensuse|suse|fedora|openeuler|mageia)\b/,
    'rpm',
  ],
  [/^(macos|ios|ipados|tvos|watchos|visionos|cpe)\b/, 'dotted'],
  [/^windows\b/, 'windows'],
  [/^pypi$/, 'pypi'],
  [/^(npm|crates\.io|hex|swifturl|github actions)$/, 'semver'],
  [/^go$/, 'go'],
  [/^maven\b/, 'maven'],
  [/^rubygems$/, 'rubygems'],
  [/^nuget$/, 'nuget'],
  [/^packagist\b/, 'packagist'],
  [/^pub$/, 'pub'],
  [/^hackage$/, 'hackage'],
  [/^(cran|bioconductor)\b/, 'cran'],
];

/** The order of versions on a platform, or null when none is known: then nothing is judged. */
export function schemeOfPlatform(platform: string): VersionSchemeName | null {
  const name = platform.toLowerCase();
  return SCHEMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
