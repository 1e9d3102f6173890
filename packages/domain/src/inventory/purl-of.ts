import { type Purl, writePurl } from '../advisories/parse-purl.ts';
import type { Installed, OperatingSystem } from './installed.ts';
import { typeOfEcosystem } from './read-purl.ts';

/** The type of package URL that the packages of a system have; systems that are not named here are of rpm. */
const TYPES: readonly (readonly [families: readonly string[], type: string])[] = [
  [['debian', 'ubuntu', 'raspbian', 'kali', 'linuxmint', 'pop'], 'deb'],
  [['alpine', 'wolfi', 'chainguard', 'postmarketos'], 'apk'],
  [['arch', 'manjaro', 'archarm'], 'alpm'],
];

/**
 * The package URL of an installed package. The system's own carry its release, and their source and epoch where those say
 * more than the name and the version; without a system they are `generic`.
 */
export function purlOf(installed: Installed, os: OperatingSystem | null): string {
  return writePurl(
    installed.ecosystem === null ? systemPurl(installed, os) : ecosystemPurl(installed, installed.ecosystem),
  );
}

function ecosystemPurl({ name, version }: Installed, ecosystem: string): Purl {
  const parts = name.split(ecosystem === 'Maven' ? ':' : '/');
  const type = typeOfEcosystem(ecosystem);
  return { type, namespace: parts.slice(0, -1), name: parts.at(-1) ?? name, version, qualifiers: new Map() };
}

function systemPurl(
  { name, version, architecture, source, source_version, module }: Installed,
  os: OperatingSystem | null,
): Purl {
  if (os === null) return { type: 'generic', namespace: [], name, version, qualifiers: new Map() };
  const type = TYPES.find(([families]) => families.includes(os.family))?.[1] ?? 'rpm';
  const [, epoch, rest = version] = /^([0-9]+):(.+)$/.exec(version) ?? [];
  const upstream = source_version === version ? source : `${source}@${source_version}`;
  const isOwn = source === name && source_version === version;
  const qualifiers = new Map([
    ['arch', architecture],
    ['distro', os.release === '' ? os.family : `${os.family}-${os.release.split(/\s/)[0]}`],
    ['epoch', type === 'rpm' ? (epoch ?? '') : ''],
    ['rpmmod', type === 'rpm' ? (module ?? '') : ''],
    ['upstream', isOwn ? '' : upstream],
  ]);
  return { type, namespace: [os.family], name, version: type === 'rpm' ? rest : version, qualifiers };
}
