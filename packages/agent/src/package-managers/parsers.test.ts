import { packageName } from '@fleetmend/api/inventory.ts';
import { isInstallOnly } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { describe, expect, test } from 'vitest';
import { parseVersionLocks } from './dnf/list-installed.ts';
import { parseTransaction } from './dnf/parse-transaction.ts';
import { readLocalPackage } from './pacman/list-installed.ts';
import { readSyncPackage } from './pacman/parse-desc.ts';
import { parsePrinted, parseUpgradable } from './pacman/parse-output.ts';
import { readTar } from './pacman/read-tar.ts';
import { xmlText } from './read-xml.ts';
import { parseInstalledRpms } from './rpm/list-installed.ts';
import { describeUpdate, type RpmOffer } from './rpm/offers.ts';
import { parseLocks, parseSummary, parseUpdates, readComplaints } from './zypper/parse-output.ts';

/** What no package may be called: each would be an option, a second argument, a command or a trick on a terminal. */
const HOSTILE = ['-o', '--', '-o Dir::Etc=/tmp', 'a b', 'a\nb', 'a\tb', '\u001b[31ma', ''];

const offer = (version: string, type?: string): RpmOffer => ({
  name: 'pmhello',
  architecture: 'noarch',
  version,
  source: 'pmhello',
  source_version: version,
  repository: 'pm',
  size: 1,
  sha256: 'a'.repeat(64),
  advisories: type === undefined ? [] : [{ id: `A-${version}`, type, severity: 'moderate', cves: ['CVE-2026-0001'] }],
});

test.each(HOSTILE)('%j is the name of no package', (name) => {
  expect(packageName.safeParse(name).success).toBe(false);
  expect(parseInstalledRpms(`${name}\t0\t1\t1\tnoarch\t\t\n`).software.map((each) => each.name)).not.toContain(name);
  expect(readLocalPackage(`%NAME%\n${name}\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n`)?.name).not.toBe(name);
});

describe('rpm', () => {
  const now = parseInstalledRpms('pmhello\t0\t1.0\t1\tnoarch\tpmhello-1.0-1.src.rpm\t(none)\n').software[0];

  test('reads epochs, modules and sources, and sees what stands twice, but for kernels', () => {
    const lines = [
      'bind\t32\t9.11\t1.el8\tx86_64\tbind-9.11-1.el8.src.rpm\t(none)',
      'nodejs\t1\t12.1\t1.el8\tx86_64\tnodejs-12.1-1.el8.src.rpm\tnodejs:12:8030:229f',
      'gpg-pubkey\t0\tfd431d51\t4ae0493b\t(none)\t(none)\t(none)',
      'kernel-core\t0\t4.18\t1\tx86_64\tkernel-4.18-1.src.rpm\t(none)',
      'kernel-core\t0\t4.18\t2\tx86_64\tkernel-4.18-2.src.rpm\t(none)',
      'half\t0\t1\t1\tnoarch\thalf-1-1.src.rpm\t(none)',
      'half\t0\t2\t1\tnoarch\thalf-2-1.src.rpm\t(none)',
    ];
    const { software, unfinished } = parseInstalledRpms(lines.join('\n'));
    expect(software.map(({ name, version, module }) => `${name} ${version} ${module}`)).toEqual([
      'bind 32:9.11-1.el8 null',
      'nodejs 1:12.1-1.el8 nodejs:12:8030:229f',
      'kernel-core 4.18-1 null',
      'kernel-core 4.18-2 null',
      'half 1-1 null',
      'half 2-1 null',
    ]);
    expect(unfinished).toEqual(['half:noarch']);
    expect([isInstallOnly('kernel-headers'), isInstallOnly('kernel-core')]).toEqual([false, true]);
  });

  test.each([
    ['no advisory at all', [offer('1.1-1'), offer('1.2-1')], null, false],
    ['the fix is below the newest', [offer('1.1-1', 'security'), offer('1.2-1', 'bugfix')], '1.1-1', true],
    ['two fixes: the later', [offer('1.1-1', 'security'), offer('1.1-2', 'security'), offer('1.2-1')], '1.1-2', true],
    ['the newest is the fix', [offer('1.1-1'), offer('1.2-1', 'security')], null, true],
    ['a fix that is installed already', [offer('1.0-1', 'security'), offer('1.2-1')], null, false],
    ['a fix above the candidate', [offer('1.2-1'), offer('1.3-1', 'security')], null, false],
  ])('fix only: %s', (_, offers, fix_version, is_security) => {
    if (now === undefined) throw new Error('nothing was read');
    const context = { offers, is_held: false, has_advisories: true };
    expect(describeUpdate(now, offer('1.2-1'), context)).toMatchObject({ fix_version, is_security });
  });
});

describe('dnf', () => {
  test('reads its table, with names too long for it, and what would go', () => {
    const text = [
      'Dependencies resolved.',
      '================',
      ' Package   Architecture  Version  Repository  Size',
      'Upgrading:',
      ' a-name-that-is-longer-than-its-column-allows-for',
      '                  noarch  1:1.1-1  @commandline  5.9 k',
      '     replacing  old-thing.noarch 1.0-1',
      'Installing dependencies:',
      ' pmdata    x86_64  3-1   @commandline   1.2 M',
      'Removing:',
      ' gone      noarch  1-1   @System   10',
      '',
      'Transaction Summary',
      ' Upgrade  1 Package',
    ].join('\n');
    const { steps, removes } = parseTransaction(text);
    expect(steps.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'a-name-that-is-longer-than-its-column-allows-for 1:1.1-1',
      'pmdata 3-1',
    ]);
    expect(removes.sort()).toEqual(['gone', 'old-thing.noarch']);
    expect(parseTransaction('Nothing to do.\n')).toEqual({ steps: [], removes: [] });
  });
  test('reads what is held', () => {
    expect(parseVersionLocks('# a\n\npmhello-0:1.0-1.*\n!other-0:1-1.*\nbash-4.4.20-4.el8.*\n')).toEqual([
      'pmhello',
      'bash',
    ]);
  });
});

describe('zypper', () => {
  test('reads updates with their attributes in any order, advisories, locks and complaints', () => {
    const text = `<update-list>
      <update name="git" kind="package" edition="2.34.1-10.9.1"
        edition-old="2.26.2-3.34.1" arch="x86_64"><source url="u" alias="repo-sle-update"/></update>
      <update kind="patch" name="PM-1" edition="1" category="security" severity="important">
        <issue-list><issue type="cve" id="CVE-2026-0001"><title>t</title></issue></issue-list></update></update-list>`;
    expect(parseUpdates(text)).toMatchObject([
      { kind: 'package', name: 'git', edition_old: '2.26.2-3.34.1', repository: 'repo-sle-update', cves: [] },
      { kind: 'patch', name: 'PM-1', severity: 'important', cves: ['CVE-2026-0001'] },
    ]);
    expect(parseLocks('\ntype: package\nsolvable_name: pmhello\n')).toEqual(['pmhello']);
    expect(readComplaints('<message type="error">No provider of &apos;x&apos;</message>')).toBe("No provider of 'x'");
  });
  test('a summary with a removal in it says so, and no summary is not an empty one', () => {
    const step = '<solvable type="package" name="a" edition="2-1" arch="noarch" edition-old="1-1"/>';
    const gone = '<solvable type="package" name="b" edition="1-1" arch="noarch"/>';
    const patch = '<solvable type="patch" name="p" edition="1" arch="noarch"/>';
    const text = `<install-summary><to-upgrade>${step}${patch}</to-upgrade><to-remove>${gone}</to-remove></install-summary>`;
    expect(parseSummary(text)).toEqual({
      steps: [{ name: 'a', architecture: 'noarch', from: '1-1', to: '2-1' }],
      removes: ['b'],
    });
    expect(parseSummary('<stream/>')).toBeNull();
  });
  test('no entity but the predefined is expanded', () => {
    expect(xmlText('&amp;&lt;&#65;&#x42;&bomb;')).toBe('&<AB&bomb;');
  });
});

describe('pacman', () => {
  test('reads what can be upgraded and what a dry run would install, and nothing else', () => {
    const text = 'linux 4.19.1.arch1-1 -> 4.19.2.arch1-1\nheld 1-1 -> 2-1 [ignored]\nwarning: x\n-o 1-1 -> 2-1 rm\n';
    expect(parseUpgradable(text)).toEqual([
      { name: 'linux', from: '4.19.1.arch1-1', to: '4.19.2.arch1-1', is_ignored: false },
      { name: 'held', from: '1-1', to: '2-1', is_ignored: true },
    ]);
    expect(parsePrinted('loading packages...\npmhello 1.1-1 pm\n:: really? [Y/n]\n')).toEqual([
      { name: 'pmhello', version: '1.1-1', repository: 'pm' },
    ]);
  });
  test('a file outside its repository is no offer', () => {
    const desc = (file: string) => `%FILENAME%\n${file}\n\n%NAME%\na\n\n%VERSION%\n1-1\n\n%CSIZE%\n7\n`;
    expect(readSyncPackage(desc('a-1-1-any.pkg.tar.zst'), 'pm')).toMatchObject({ name: 'a', sha256: null, size: 0 });
    expect(readSyncPackage(desc('../../etc/passwd'), 'pm')).toBeNull();
    expect(readSyncPackage('', 'pm')).toBeNull();
  });
  test('an archive cut short, or none, ends the reading', () => {
    expect([...readTar(Buffer.alloc(1024))]).toEqual([]);
    expect([...readTar(Buffer.from('no archive at all'.repeat(100)))]).toEqual([]);
  });
});
