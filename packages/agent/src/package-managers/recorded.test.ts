import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readInstalled as readApk } from './apk/apk.ts';
import { parseUpgradable as parseApkUpdates } from './apk/parse-output.ts';
import { parseUpgradable as parseAptUpgradable } from './apt/parse-upgradable.ts';
import { parseSecurity, parseUpgrades } from './dnf5/parse-tables.ts';
import { describeUpdate } from './fwupd/describe-device.ts';
import { parseDevices } from './fwupd/parse-devices.ts';
import { parseOutdated, parseVersions } from './homebrew/parse-output.ts';
import { readLocalPackage } from './pacman/list-installed.ts';
import { parseUpgradable } from './pacman/parse-output.ts';
import { readTar } from './pacman/read-tar.ts';
import { parseUpdates as parseMacUpdates } from './softwareupdate/parse-output.ts';
import { parseHotFixes } from './windows-update/parse-output.ts';
import { readInstalled as readWindows, readUpdates as readWindowsUpdates } from './windows-update/windows-update.ts';
import { parseDetails } from './winget/parse-details.ts';
import { parseUpdates } from './zypper/parse-output.ts';

/** Real output of the real tools, beside the repository; what is not there is not tested, and that is said. */
const DATA = fileURLToPath(new URL('../../../../../shared/data/inventories/', import.meta.url));
const isThere = existsSync(DATA);

function sample(archive: string, path: string): string {
  const bytes = gunzipSync(readFileSync(`${DATA}${archive}.tar.gz`));
  for (const file of readTar(bytes)) if (file.path.endsWith(path)) return file.text;
  throw new Error(`${archive} has no ${path}`);
}

const session = (name: string) => sample('tool_outputs_mpm', name);
const tested = (name: string) => sample('tool_outputs_vuls_tests', name);
const quoted = (name: string) => readFileSync(`${DATA}tool_outputs_quoted/${name}`, 'utf8');
/** What a command printed, without the command. */
const json = (text: string) => text.slice(text.indexOf('{'));

test.skipIf(isThere)('the recorded output of ../shared/data is not there: nothing was read', () => {
  expect(isThere).toBe(false);
});

describe.skipIf(!isThere)('pacman and zypper', () => {
  test('pacman -Qu, as quoted and as recorded', () => {
    expect(parseUpgradable(quoted('pacman-Qu_arch.txt'))).toHaveLength(2);
    expect(parseUpgradable(session('pacman/03.shell-session.txt'))).toHaveLength(2);
  });

  test.each([
    ['valid', 'gawk', '5.3.1-1'],
    ['valid_no_dep', null, null],
    ['valid_one_dep', null, null],
  ])("pacman's local database: %s", (file, name, version) => {
    const found = readLocalPackage(sample('native_os_databases', `pacman/testdata/${file}`));
    expect(found).not.toBeNull();
    if (name !== null) expect(found).toMatchObject({ name, version, architecture: 'x86_64' });
  });

  test('zypper -x list-updates', () => {
    const updates = parseUpdates(session('zypper/02.shell-session.txt'));
    expect(updates.map(({ name, edition }) => `${name} ${edition}`)).toEqual(['git 2.34.1-10.9.1', 'vim 9.0.1234-1.1']);
  });
});

describe.skipIf(!isThere)('dnf, dnf 5, yum and apt', () => {
  test('what can be upgraded, and which advisories name a fix', () => {
    expect(parseUpgrades(quoted('dnf5-check-update_fedora43.txt')).map(({ version }) => version)).toEqual([
      '1:1.54.3-3.fc43',
      '4.2.1-1.fc43',
      '7.1-1.fc43',
    ]);
    const lists = ['dnf5-updateinfo-list-security_fedora43', 'dnf-updateinfo-list_amzn2023', 'yum-list-sec_rhel6_2013'];
    const fixes = lists.map((name) => parseSecurity(quoted(`${name}.txt`)));
    expect(fixes.map((each) => each.length)).toEqual([3, 2, 14]);
    expect(fixes[2]?.[0]).toMatchObject({ name: 'bind-libs', version: '32:9.8.2-0.17.rc1.el6.3' });
  });

  test('apt list --upgradable, of three systems', () => {
    const captured = readFileSync(`${DATA}tool_outputs_captured/apt-list-upgradable.txt`, 'utf8');
    const lists = [captured, quoted('apt-list-upgradable_bookworm_arm64.txt'), quoted('apt-list-upgradable_jammy.txt')];
    expect(lists.map((text) => parseAptUpgradable(text).length)).toEqual([111, 3, 3]);
  });
});

describe.skipIf(!isThere)('apk', () => {
  test.each([
    ['scalibr/apk/testdata/installed', 15],
    ['scalibr/apk/testdata/single', 1],
    ['scalibr/apk/testdata/no-origin', 1],
    ['scalibr/apk/testdata/different-arch', 1],
    ['scalibr/apk/testdata/invalid', 0],
    ['trivy/pkg/apk/testdata/apk', 15],
  ])('%s has %i packages', (path, count) => {
    expect(readApk(sample('native_os_databases', path), '').software).toHaveLength(count);
  });

  test('what can be upgraded, from each of its commands', () => {
    const updates = [
      session('apk/02.shell-session.txt'),
      tested('alpine/03_Test_alpine_parseApkUpgradableList.txt'),
      tested('alpine/04_TestParseApkVersion.txt'),
      quoted('apk-version-l_alpine3.22.txt'),
    ].map((text) => parseApkUpdates(text));
    expect(updates.map((each) => each.length)).toEqual([2, 6, 3, 3]);
    expect(updates[1]?.[3]).toEqual({ name: 'libcrypto3', from: '3.3.0-r2', to: '3.3.2-r0' });
    expect(updates[3]?.[2]).toEqual({ name: 'python3-urllib3+socks', from: '1.0-r0', to: '1.1-r0' });
  });
});

describe.skipIf(!isThere)('fwupd', () => {
  test('devices and updates as fwupdmgr prints them, of three of its versions', () => {
    const devices = parseDevices(json(session('fwupd/02.shell-session.txt')));
    const updates = parseDevices(json(session('fwupd/03.shell-session.txt')));
    const old = parseDevices(quoted('fwupdmgr-get-updates_colorhug2.json'));
    expect(parseDevices(quoted('fwupdmgr-get-updates_none.json'))).toEqual([]);
    expect([devices.length, updates.length, old.length]).toEqual([2, 1, 1]);
    expect(updates.map((device) => describeUpdate(device, new Map()))).toMatchObject([
      { is_security: true, candidate_version: '26', severity: null },
    ]);
    expect(old.map((device) => describeUpdate(device, new Map()))).toMatchObject([
      { name: 'ColorHug2.2082b5e0-7a64-478a-b1b2-e3404fab6dad', candidate_version: '2.0.7', is_security: false },
    ]);
  });
});

describe.skipIf(!isThere)('Homebrew', () => {
  test('what is installed and what is outdated', () => {
    expect(parseVersions(session('homebrew/02.shell-session.txt'))).toHaveLength(11);
    const casks = parseVersions(session('homebrew/03.shell-session.txt'));
    expect([casks.length, casks.at(-1)]).toEqual([9, { name: 'virtualbox', version: '5.1.10-112026' }]);
    const outdated = ['04', '05', '06'].map((at) => parseOutdated(json(session(`homebrew/${at}.shell-session.txt`))));
    expect(outdated.map((each) => each.length)).toEqual([2, 2, 5]);
  });
});

describe.skipIf(!isThere)('macOS', () => {
  test('softwareupdate --list, of three systems', () => {
    const lists = ['macos-12.1', 'macos-26.5_2026-05-26', 'none'].map((name) =>
      parseMacUpdates(quoted(`softwareupdate-l_${name}.txt`)),
    );
    expect(lists.map((each) => each.length)).toEqual([5, 2, 0]);
    expect(lists[1]?.[1]).toEqual({
      label: 'macOS Tahoe 26.5-25F71',
      title: 'macOS Tahoe 26.5',
      version: '26.5',
      size: 3690218 * 1024,
      is_recommended: true,
      needs_restart: true,
    });
  });
});

describe.skipIf(!isThere)('winget', () => {
  test('winget list --details, all and what can be upgraded', () => {
    const all = parseDetails(session('winget/03.pwsh-session.txt'));
    const upgrades = parseDetails(session('winget/04.pwsh-session.txt'));
    expect(all.map(({ id, version }) => `${id} ${version}`)).toEqual(['CCleaner 6.08', 'Git.Git 2.37.3']);
    expect(upgrades.map(({ available }) => available)).toEqual(['2.45.1', '125.0.2535.51']);
    expect(parseDetails(session('winget/01.console.txt'))).toEqual([]);
  });
});

/** As Windows wrote it, in UTF-16, UTF-8 or a code page, or two of them in one file: what is read is ASCII in all of them. */
function windowsText(name: string): string {
  return readFileSync(`${DATA}windows/${name}`)
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:\xff\xfe|\xef\xbb\xbf)/, '');
}

describe.skipIf(!isThere)('Windows', () => {
  const names = isThere ? readdirSync(`${DATA}windows`) : [];

  test('systeminfo of every machine', () => {
    const of = names.filter((name) => /systeminfo/.test(name));
    const read = of.map((name) => readWindows(windowsText(name), '').software);
    expect(of.filter((_, at) => read[at]?.[0]?.name.startsWith('KB') ?? true)).toEqual([]);
    expect(read.filter(([system]) => !/^[0-9]+\.[0-9]\.[0-9]{4,5}$/.test(system?.version ?? ''))).toEqual([]);
    expect([of.length, read.flat().length]).toEqual([49, 49 + 2234]);
  });

  test('hot fixes of every machine, and what it lacks', () => {
    const fixes = names.filter((name) => name.includes('_qfe')).map((name) => parseHotFixes(windowsText(name)).length);
    const updates = names
      .filter((name) => name.includes('_updates'))
      .map((name) => readWindowsUpdates(windowsText(name)).length);
    expect(fixes).toEqual([4, 0, 9, 5, 276, 271, 154, 7, 171, 172, 1, 1, 149, 0, 134]);
    expect(updates).toEqual([2, 5, 1, 37, 1]);
  });
});
