import { parsePurl, withEpoch } from '../advisories/parse-purl.ts';
import { type Installed, installed, type OperatingSystem } from './installed.ts';
import { osOfCodename } from './platforms.ts';

/** The OSV ecosystem of each type of package URL. */
const ECOSYSTEMS: Readonly<Record<string, string>> = {
  bitnami: 'Bitnami',
  cargo: 'crates.io',
  composer: 'Packagist',
  conan: 'ConanCenter',
  cran: 'CRAN',
  gem: 'RubyGems',
  githubactions: 'GitHub Actions',
  golang: 'Go',
  hackage: 'Hackage',
  hex: 'Hex',
  julia: 'Julia',
  maven: 'Maven',
  npm: 'npm',
  nuget: 'NuGet',
  pub: 'Pub',
  pypi: 'PyPI',
  swift: 'SwiftURL',
};

/** The types of the system's own managers. */
const SYSTEM_TYPES = ['apk', 'alpm', 'deb', 'rpm'];

/** A package of an SBOM, and the system it says it belongs to. */
export interface PurlPackage {
  installed: Installed;
  os: OperatingSystem | null;
}

/** Reads what a package URL says is installed; null for what is none, or has no version. */
export function readPurl(text: string): PurlPackage | null {
  const purl = parsePurl(text);
  if (purl === null || purl.version === null) return null;
  const { type, namespace, name, version, qualifiers } = purl;
  if (!SYSTEM_TYPES.includes(type)) {
    const ecosystem = ecosystemOfType(type);
    const full = [...namespace, name].join(ecosystem === 'Maven' ? ':' : '/');
    return { installed: installed(full, version, { ecosystem }), os: null };
  }
  const full = withEpoch(version, qualifiers.get('epoch'));
  const [source = name, source_version = full] = (qualifiers.get('upstream') || name).split('@');
  const architecture = qualifiers.get('arch') ?? '';
  const module = qualifiers.get('rpmmod') ?? qualifiers.get('modularitylabel') ?? null;
  const os = readDistro(qualifiers.get('distro') ?? '', namespace[0] ?? '');
  return { installed: installed(name, full, { architecture, source: sourceName(source), source_version, module }), os };
}

/** The ecosystem that packages of a type belong to: OSV's name for it, or the type itself. */
function ecosystemOfType(type: string): string {
  return Object.hasOwn(ECOSYSTEMS, type) ? (ECOSYSTEMS[type] ?? type) : type;
}

/** The type of package URL for an OSV ecosystem, or for a type that OSV knows none for. */
export function typeOfEcosystem(ecosystem: string): string {
  return Object.keys(ECOSYSTEMS).find((type) => ECOSYSTEMS[type] === ecosystem) ?? ecosystem.toLowerCase();
}

/** `debian-12`, `almalinux-8.9`; or only a release or a codename beside the namespace. */
function readDistro(distro: string, namespace: string): OperatingSystem | null {
  const named = osOfCodename(distro);
  if (named !== null) return named;
  const [, family, release] = /^([a-z][a-z.-]*?)-([0-9][^-]*)$/i.exec(distro) ?? [];
  if (family !== undefined && release !== undefined) return { family: family.toLowerCase(), release };
  return /^v?[0-9]/.test(distro) ? { family: namespace.toLowerCase(), release: distro.replace(/^v/, '') } : null;
}

/** The name in `bash-4.4.20-4.el8.src.rpm`. */
export function sourceName(source: string): string {
  return /^(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm$/.exec(source)?.[1] ?? source;
}
