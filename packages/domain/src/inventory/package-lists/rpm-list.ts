import type { ListedPackage, PackageList } from './package-list.ts';

const FIELDS = ['NAME', 'EPOCHNUM', 'VERSION', 'RELEASE', 'ARCH', 'SOURCERPM', 'MODULARITYLABEL'];
/** Where rpm has kept its database, in each of its forms (rpm's `_dbpath` and `_db_backend`). */
const FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'];
const FILES = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages.db', 'Packages'];

/** What rpm has. */
export const rpmList: PackageList = {
  ecosystem: 'rpm',
  program: 'rpm',
  args: ['-qa', '--qf', `${FIELDS.map((field) => `%{${field}}`).join('\\t')}\\n`],
  databases: FOLDERS.flatMap((folder) => FILES.map((file) => `${folder}/${file}`)),
  read,
};

/** Packages of which a system keeps several versions on purpose, each beside the others. */
const INSTALL_ONLY = /^(?:kernel(?:-[a-z0-9+-]+)?|kmod-[a-z0-9._+-]+|installonlypkg)$/;

/** Whether several versions of a package are meant to stand beside each other. */
export function isInstallOnly(name: string): boolean {
  return INSTALL_ONLY.test(name) && !/^kernel-(?:headers|tools|tools-libs|srpm-macros|rpm-macros|doc)$/.test(name);
}

/** `[epoch:]version-release`; rpm's epoch 0 is none. */
export function rpmVersion({ epoch, version, release }: { epoch: string; version: string; release: string }): string {
  return `${epoch === '0' || epoch === '' || epoch === '(none)' ? '' : `${epoch}:`}${version}-${release}`;
}

/** The source package and its version from the name of its file; a binary has its source's epoch. */
export function readSourceRpm(sourcerpm: string, epoch: string): { source: string; source_version: string } | null {
  const [, source, version, release] = /^(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm$/.exec(sourcerpm) ?? [];
  if (source === undefined || version === undefined || release === undefined) return null;
  return { source, source_version: rpmVersion({ epoch, version, release }) };
}

/**
 * Reads `rpm -qa` in our format. Two versions of one package, but for kernels, are what an interrupted transaction leaves:
 * both are on the disk. Imported keys are listed as packages and are none.
 */
function read(text: string): ListedPackage[] {
  const packages: ListedPackage[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const [name = '', epoch = '', version = '', release = '', arch = '', sourcerpm = '', label = ''] = line.split('\t');
    if (name === '' || name === 'gpg-pubkey') continue;
    const whole = rpmVersion({ epoch, version, release });
    const source = readSourceRpm(sourcerpm, epoch) ?? { source: name, source_version: whole };
    const architecture = arch === '' || arch === '(none)' ? 'all' : arch;
    const module = label === '' || label === '(none)' ? null : label;
    const key = `${name}:${architecture}`;
    packages.push({
      software: { ecosystem: 'rpm', name, version: whole, architecture, ...source, module },
      is_held: false,
      is_unfinished: seen.has(key) && !isInstallOnly(name),
    });
    seen.add(key);
  }
  return packages;
}
