import type { ListedPackage, PackageList } from './package-list.ts';

const FIELDS = ['db:Status-Abbrev', 'Package', 'Version', 'Architecture', 'source:Package', 'source:Version'];
const FORMAT = `${FIELDS.map((field) => `\${${field}}`).join('\\t')}\\n`;

/** What dpkg has. */
export const dpkgList: PackageList = {
  ecosystem: 'deb',
  program: 'dpkg-query',
  args: ['-W', `-f=${FORMAT}`],
  databases: ['/var/lib/dpkg/status'],
  read,
};

/**
 * Reads dpkg-query's lines. What dpkg calls installed, unpacked, half-configured or waiting for triggers is on the disk
 * and counts; half-installed and config-files do not.
 */
function read(text: string): ListedPackage[] {
  const packages: ListedPackage[] = [];
  for (const line of text.split('\n')) {
    const [status = '', name = '', version = '', architecture = '', source = '', source_version = ''] =
      line.split('\t');
    const state = status[1] ?? '';
    if (state === '' || !'iUFWt'.includes(state)) continue;
    const software = { ecosystem: 'deb', name, version, architecture, source, source_version, module: null } as const;
    packages.push({ software, is_held: status[0] === 'h', is_unfinished: state !== 'i' });
  }
  return packages;
}
