import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInstalled as readApk, readUpdates as readApkUpdates, readFetchedAt } from './apk/apk.ts';
import { readUpdates as readRpmUpdates } from './dnf5/dnf5.ts';
import { describeUpdate } from './fwupd/describe-device.ts';
import { isKeptOutOfContainers } from './fwupd/fwupd.ts';
import { parseDevices, parseUrgencies, selectorIn } from './fwupd/parse-devices.ts';
import { readInstalled as readBrew, readUpdates as readBrewUpdates } from './homebrew/homebrew.ts';
import { parseInstalledRpms } from './rpm/list-installed.ts';
import { describeRefreshes, describeSnaps, parseSnaps } from './snap/parse-snaps.ts';
import { askSnapd } from './snap/snap.ts';
import { readInstalled as readMac, readUpdates as readMacUpdates } from './softwareupdate/softwareupdate.ts';
import { readInstalled as readWindows, readUpdates as readWindowsUpdates } from './windows-update/windows-update.ts';
import { readInstalled as readWinget, readUpdates as readWingetUpdates } from './winget/winget.ts';

const named = (list: { name: string; version: string }[]) => list.map(({ name, version }) => `${name} ${version}`);
const moves = (list: { name: string; installed_version: string; candidate_version: string }[]) =>
  list.map((each) => `${each.name} ${each.installed_version} → ${each.candidate_version}`);

test('apk: a pinned package is held back; what is not installed in that version is no update', () => {
  const database =
    'P:musl\nV:1.2.5-r0\nA:x86_64\n\nP:ssl_client\nV:1.36.1-r28\nA:x86_64\no:busybox\n\nP:-o\nV:1-r0\nA:x86_64\n';
  const installed = readApk(database, 'musl ssl_client=1.36.1-r28\n');
  expect(named(installed.software)).toEqual(['musl 1.2.5-r0', 'ssl_client 1.36.1-r28']);
  expect(installed.software[1]).toMatchObject({ ecosystem: 'apk', source: 'busybox' });
  const text = [
    'WARNING: opening from cache: No such file or directory',
    'ssl_client-1.36.1-r29 x86_64 {busybox} (GPL-2.0-only) [upgradable from: ssl_client-1.36.1-r28]',
    'musl-1.2.5-r1 x86_64 {musl} (MIT) [upgradable from: musl-1.2.4-r9]',
    'Installed:                                Available:',
    '\u001b[31mmusl-1-r0 < 2-r0',
  ].join('\n');
  const updates = readApkUpdates(text, installed);
  expect(moves(updates)).toEqual(['ssl_client 1.36.1-r28 → 1.36.1-r29']);
  expect(updates[0]).toMatchObject({ is_held: true, is_security: false, changelog_cves: null });
});

test('apk: its lists are as old as its newest index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fmapk-'));
  try {
    expect(readFetchedAt([folder, join(folder, 'none')])).toBeNull();
    for (const [name, at] of [
      ['APKINDEX.1.tar.gz', 1000],
      ['APKINDEX.2.tar.gz', 2000],
      ['other', 3000],
    ] as const) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), at, at);
    }
    expect(readFetchedAt([folder])).toBe('1970-01-01T00:33:20.000Z');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('dnf 5 and yum: fixes by their advisories, lines that were broken, nothing from below the obsoletes', () => {
  const installed = parseInstalledRpms(
    'openssl\t1\t3.5.0\t1.fc43\tx86_64\t\t\ncurl\t0\t8.1\t1\tx86_64\t\t\nold\t0\t1\t1\tnoarch\t\t\n',
  );
  const upgrades = `Last metadata expiration check: 0:01:00 ago.
openssl.x86_64   1:3.5.9-1.fc43   updates
curl.x86_64
                 8.2-1            a-repository-with-a-name
absent.x86_64    2-1              updates

Obsoleting Packages
old.noarch       2-1              updates
`;
  const security = `Name Type Severity Package Issued
FEDORA-2026-1 security Moderate openssl-1:3.5.8-1.fc43.x86_64 2026-09-10 01:12:46
FEDORA-2026-2 bugfix None curl-8.2-1.x86_64 2026-09-10 01:12:46
RHSA-2026:0003 Critical/Sec. curl-8.0-1.x86_64
`;
  const updates = readRpmUpdates(upgrades, security, installed);
  expect(moves(updates)).toEqual(['openssl 1:3.5.0-1.fc43 → 1:3.5.9-1.fc43', 'curl 8.1-1 → 8.2-1']);
  expect(updates).toMatchObject([
    {
      is_security: true,
      fix_version: '1:3.5.8-1.fc43',
      severity: 'moderate',
      advisories: ['FEDORA-2026-1'],
      sha256: null,
    },
    { is_security: false, fix_version: null, severity: null, changelog_cves: null },
  ]);
});

describe('fwupd', () => {
  const device = (id: string, name: string, more = {}) => ({
    DeviceId: id.repeat(40),
    Name: name,
    Guid: ['b585990a-003e-5270-89d5-3705a17f9a43'],
    Version: '1.0',
    ...more,
  });
  const release = (version: string, issues: string[] = []) => ({ Version: version, RemoteId: 'lvfs', Issues: issues });

  test('two of one model are told apart; a name is never an option', () => {
    const text = JSON.stringify({
      Devices: [device('a', '--help'), device('b', 'Dock ™ 2'), { DeviceId: 'c'.repeat(40) }],
    });
    const names = parseDevices(text).map(({ name }) => name);
    expect(names).toEqual([`help.${'a'.repeat(40)}`, `Dock-2.${'b'.repeat(40)}`]);
    expect(names.map(selectorIn)).toEqual(['a'.repeat(40), 'b'.repeat(40)]);
  });

  test.each([
    ['names what it clears', [release('1.1', ['CVE-2026-0001', '309662']), release('1.2')], {}, '1.1', true],
    ['is critical', [release('1.1'), release('1.2')], { '1.1': 'critical', '1.2': 'low' }, '1.1', true],
    ['is the newest', [release('1.1'), release('1.2', ['CVE-2026-0001'])], {}, null, true],
    ['is none', [release('1.1'), release('1.2')], { '1.2': 'high' }, null, false],
    ['is older', [release('0.9', ['CVE-2026-0001']), release('1.2')], {}, null, false],
  ])('a fix that %s', (_, releases, urgencies, fix_version, is_security) => {
    const [found] = parseDevices(JSON.stringify({ Devices: [device('a', 'Dock', { Releases: releases })] }));
    const update = found && describeUpdate(found, new Map(Object.entries(urgencies)));
    expect(update).toMatchObject({ candidate_version: '1.2', fix_version, is_security });
  });

  test.each([
    ['[Unit]\nConditionVirtualization=!container\n', true],
    ['[Unit]\nConditionVirtualization=!container\n# lab.conf\n[Unit]\nConditionVirtualization=\n', false],
    ['[Unit]\nDescription=d\n', false],
  ])('whether its daemon starts in a container: %j', (unit, expected) => {
    expect(isKeptOutOfContainers(unit)).toBe(expected);
  });

  test('reads the numbers of its urgencies, and refuses what is no answer', () => {
    const said = { type: 'aa{sv}', data: [[{ Version: { type: 's', data: '1.1' }, Urgency: { type: 'u', data: 4 } }]] };
    expect([...parseUrgencies(JSON.stringify(said))]).toEqual([['1.1', 'critical']]);
    for (const text of ['{}', '[]', 'no json', '{"Devices":[{"DeviceId":"-o"}]}']) {
      expect(() => parseUrgencies(text)).toThrow();
      expect(() => parseDevices(text)).toThrow();
    }
  });
});

describe('snap', () => {
  const snaps = [
    { name: 'core', version: '16-2.44.1', revision: '8935', status: 'active', channel: 'latest/stable', type: 'os' },
    { name: 'core', version: '16-2.43', revision: '8800', status: 'installed' },
    { name: 'held', version: '2.0', revision: 7, status: 'active', hold: '2300-01-01T00:00:00Z' },
    { name: '-o', version: '1', revision: '1', status: 'active' },
  ];
  const answer = (result: unknown) => JSON.stringify({ type: 'sync', 'status-code': 200, result });

  test('by its socket: what is active, what is held back, what the store has instead', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fmsnap-'));
    const socket = join(folder, 'snapd.socket');
    const refresh = [{ name: 'core', version: '16-2.44.1', revision: '9000', channel: 'latest/stable' }];
    const server = createServer((request, response) => {
      if (request.url === '/v2/broken') return response.end(answer([{ name: 1 }]));
      if (request.url === '/v2/refused') return response.writeHead(403).end('{}');
      response.end(answer(request.url === '/v2/snaps' ? snaps : refresh));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const installed = describeSnaps(await askSnapd('/v2/snaps', socket), new Date('2026-11-25T00:00:00Z'));
      expect(named(installed.software)).toEqual(['core 16-2.44.1+rev8935', 'held 2.0+rev7']);
      expect([...installed.held]).toEqual(['held:all']);
      const updates = describeRefreshes(await askSnapd('/v2/find?select=refresh', socket), installed);
      expect(moves(updates)).toEqual(['core 16-2.44.1+rev8935 → 16-2.44.1+rev9000']);
      await expect(askSnapd('/v2/refused', socket)).rejects.toThrow('403');
      await expect(askSnapd('/v2/broken', socket)).rejects.toThrow();
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
    await expect(askSnapd('/v2/snaps', socket)).rejects.toThrow();
  });

  test('an error of snapd is no list', () => {
    expect(() => parseSnaps(JSON.stringify({ type: 'error', result: { message: 'no' } }))).toThrow();
  });
});

test('Homebrew: the newest of several, pins, and casks of both forms', () => {
  const installed = readBrew('graphviz 2.40.1 2.40.2\naudacity (!) 2.1.2\n-o 1.0\n==> Casks\n');
  expect(named(installed.software)).toEqual(['graphviz 2.40.2', 'audacity 2.1.2']);
  const outdated = {
    formulae: [{ name: 'graphviz', installed_versions: ['2.40.2'], current_version: '2.41', pinned: true }],
    casks: [
      { name: 'audacity', installed_versions: '2.1.2', current_version: '3.0' },
      { name: 'new', installed_versions: [], current_version: '1' },
    ],
  };
  const updates = readBrewUpdates(JSON.stringify(outdated), installed);
  expect(moves(updates)).toEqual(['graphviz 2.40.2 → 2.41', 'audacity 2.1.2 → 3.0']);
  expect(updates.map(({ is_held }) => is_held)).toEqual([true, false]);
});

test('macOS: the system is one package, whatever its release is called', () => {
  const installed = readMac('ProductName:\t\tmacOS\nProductVersion:\t\t13.4\nBuildVersion:\t\t22F66\n');
  expect(named(installed.software)).toEqual(['macOS 13.4']);
  const text = `Software Update found the following new or updated software:
* Label: macOS Ventura 13.4.1-22F82
\tTitle: macOS Ventura 13.4.1, Version: 13.4.1, Size: 11494827K, Recommended: YES, Action: restart,
* Label: Command Line Tools for Xcode-14.2
\tTitle: Command Line Tools for Xcode, Version: 14.2, Size: 687573KiB, Recommended: YES,
`;
  const updates = readMacUpdates(text, installed);
  expect(moves(updates)).toEqual(['macOS 13.4 → 13.4.1']);
  expect(updates[0]).toMatchObject({
    size: 11494827 * 1024,
    suite: 'macOS Ventura 13.4.1-22F82',
    changelog_cves: null,
  });
  expect(readMac('sw_vers: not found').software).toEqual([]);
});

test('winget: ids with blanks; a version that is not known exactly is none', () => {
  const text = `(1/3) Git (x64) [old] [Git.Git]\r\nVersion: 2.37.3\r\nAvailable Upgrades:\r\n  winget [2.45.1]\r\n
(2/3) Tool [ARP\\Machine\\X64\\My Tool]\r\nVersion: 1.0\r\n\r\n(3/3) Launcher [Python.Launcher]\r\nVersion: < 3.12.0\r\n`;
  const installed = readWinget(text);
  expect(named(installed.software)).toEqual(['Git.Git 2.37.3', 'ARP\\Machine\\X64\\My_Tool 1.0']);
  expect(moves(readWingetUpdates(text, installed))).toEqual(['Git.Git 2.37.3 → 2.45.1']);
});

test('Windows: what Microsoft gives a severity is a fix; of the rest nobody says', () => {
  const systeminfo = `OS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nSystem Type: x64-based PC
Hotfix(s): 1 Hotfix(s) Installed.\n [01]: KB5012170\n`;
  const installed = readWindows(systeminfo, 'DESKTOP Update KB5012170 A\nDESKTOP Update KB893803v2 A\n');
  expect(named(installed.software)).toEqual([
    'Windows_10_Version_22H2_for_x64-based_Systems 10.0.19045',
    'KB5012170 5012170',
    'KB893803 893803',
  ]);
  const ver = '\nMicrosoft Windows [Versión 10.0.19045.3803]\n';
  expect(readWindows(systeminfo + ver, '').software[0]?.version).toBe('10.0.19045.3803');
  const text = `KB5021233: 2022-12 Cumulative Update (KB5021233)\tCritical\tCVE-2022-0001, CVE-2022-0002\r
KB890830: Malicious Software Removal Tool\t\t\r\nKB890830: once more\r\nKB1: too short\r\n`;
  const updates = readWindowsUpdates(text);
  expect(moves(updates)).toEqual(['KB5021233 0 → 5021233', 'KB890830 0 → 890830']);
  expect(updates).toMatchObject([
    { is_security: true, severity: 'Critical', changelog_cves: ['CVE-2022-0001', 'CVE-2022-0002'] },
    { is_security: false, severity: null, changelog_cves: null },
  ]);
});
