import { type Installed, installed, type OperatingSystem } from './installed.ts';

/** The OSV ecosystem of each type of package URL; the system's own managers have none. */
const ECOSYSTEMS: Readonly<Record<string, string | null>> = {
  cargo: 'crates.io',
  composer: 'Packagist',
  cran: 'CRAN',
  gem: 'RubyGems',
  golang: 'Go',
  hackage: 'Hackage',
  maven: 'Maven',
  npm: 'npm',
  nuget: 'NuGet',
  pub: 'Pub',
  pypi: 'PyPI',
  apk: null,
  deb: null,
  rpm: null,
};

/** A package of an SBOM, and the system it says it belongs to. */
export interface PurlPackage {
  installed: Installed;
  os: OperatingSystem | null;
}

/**
 * Reads a package URL (https://github.com/package-url/purl-spec).
 * @returns null for what is none, has no version, or is of a type no version order is known for.
 */
export function readPurl(purl: string): PurlPackage | null {
  const match = /^pkg:\/*([a-zA-Z0-9.+-]+)\/([^?#]+)(?:\?([^#]*))?/.exec(purl);
  const [, type = '', path = '', query = ''] = match ?? [];
  const kind = type.toLowerCase();
  const at = path.lastIndexOf('@');
  if (match === null || at <= 0 || !Object.hasOwn(ECOSYSTEMS, kind)) return null;
  const names = path.slice(0, at).split('/').map(decode);
  const version = decode(path.slice(at + 1));
  const name = names.at(-1) ?? '';
  if (name === '' || version === '') return null;
  const ecosystem = ECOSYSTEMS[kind] ?? null;
  const separator = kind === 'maven' ? ':' : '/';
  if (ecosystem !== null) return { installed: installed(names.join(separator), version, { ecosystem }), os: null };
  const qualifiers = new Map(query.split('&').map((each) => pairOf(each)));
  const epoch = qualifiers.get('epoch');
  const full = epoch === undefined || epoch === '0' || version.includes(':') ? version : `${epoch}:${version}`;
  const [source = name, source_version = full] = (qualifiers.get('upstream') ?? name).split('@');
  const architecture = qualifiers.get('arch') ?? '';
  const module = qualifiers.get('rpmmod') ?? qualifiers.get('modularitylabel') ?? null;
  const os = readDistro(qualifiers.get('distro') ?? '', names[0] ?? '');
  return { installed: installed(name, full, { architecture, source: sourceName(source), source_version, module }), os };
}

/** `debian-12`, `almalinux-8.9`, or only a release beside the namespace. */
function readDistro(distro: string, namespace: string): OperatingSystem | null {
  const [, family, release] = /^([a-z][a-z-]*?)-([0-9][^-]*)$/i.exec(distro) ?? [];
  if (family !== undefined && release !== undefined) return { family: family.toLowerCase(), release };
  return /^[0-9]/.test(distro) ? { family: namespace.toLowerCase(), release: distro } : null;
}

/** The name in `bash-4.4.20-4.el8.src.rpm`. */
function sourceName(source: string): string {
  return /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(source)?.[1] ?? source;
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), decode(text.slice(at + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
