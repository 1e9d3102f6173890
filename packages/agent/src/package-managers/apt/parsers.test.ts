import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseLockHolders } from '../lock-holder.ts';
import { parseInstalled } from './list-installed.ts';
import { findInstalled } from './list-updates.ts';
import { cvesAbove, parseChangelog } from './parse-changelog.ts';
import { parseIndex } from './parse-index.ts';
import { isSecurityRelease, originText, parsePolicy, parseReleases } from './parse-policy.ts';
import { parseSimulation } from './parse-simulation.ts';
import { parseUpgradable } from './parse-upgradable.ts';

/** Recorded from apt 2.6.1 and dpkg 1.21.22; the last lines of two files are written by hand, in the same form. */
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('dpkg-query', () => {
  const installed = parseInstalled(fixture('dpkg-query.txt'));

  test('takes what is on the disk, with its source', () => {
    expect(installed.software.map((entry) => entry.name)).toEqual([
      'bash',
      'libc6',
      'libperl5.36',
      'linux-libc-dev',
      'login',
      'tzdata',
      'heldpkg',
      'halfconf',
      'unpacked',
      'awaiting',
    ]);
    expect(installed.software[0]).toEqual({
      ecosystem: 'deb',
      name: 'bash',
      version: '5.2.15-2+b8',
      architecture: 'amd64',
      source: 'bash',
      source_version: '5.2.15-2',
      module: null,
    });
  });
  test('notes what is held, not configured, and beyond the contract', () => {
    expect([...installed.held]).toEqual(['heldpkg:all']);
    expect(installed.unfinished).toEqual(['halfconf:amd64', 'unpacked:amd64', 'awaiting:amd64']);
    expect(installed.unreadable).toEqual(['odd very odd']);
  });
  test('finds a package that changed its architecture', () => {
    expect(findInstalled(installed.software, { name: 'tzdata', architecture: 'amd64' })?.version).toBe(
      '2025b-0+deb12u2',
    );
    expect(findInstalled(installed.software, { name: 'bash', architecture: 'i386' })).toBeNull();
  });
});

describe('apt-get -s', () => {
  const simulation = parseSimulation(fixture('simulation.txt'));
  const find = (name: string) => simulation.installs.find((step) => step.name === name);

  test('reads upgrades, new packages, foreign architectures and local files', () => {
    expect(find('bash')).toEqual({
      name: 'bash',
      architecture: 'amd64',
      from: '5.2.15-2+b8',
      to: '5.2.15-2+b13',
      origin: 'Debian:12.15/oldstable',
    });
    expect(find('login')).toMatchObject({ from: '1:4.13+dfsg1-1+deb12u1', to: '1:4.13+dfsg1-1+deb12u2' });
    expect(find('libperl5.36')).toMatchObject({ origin: 'Debian-Security:12/oldstable-security' });
    expect(find('newdep')).toMatchObject({ from: null, to: '2.0-1', architecture: 'all' });
    expect(find('libfoo')).toMatchObject({
      architecture: 'i386',
      origin: 'Debian:12.15/oldstable, Debian-Security:12/oldstable-security',
    });
    expect(find('local')).toMatchObject({ to: '1.1', origin: 'local-deb' });
  });
  test('reads removals, and nothing from Conf lines or prose', () => {
    expect(simulation.removes).toEqual(['oldthing']);
    const installs = fixture('simulation.txt')
      .split('\n')
      .filter((line) => line.startsWith('Inst'));
    expect(simulation.installs.length).toBe(installs.length);
    expect(parseSimulation('Inst\nInst ;rm (x\nThe following packages will be REMOVED:\n  dash\n')).toEqual({
      installs: [],
      removes: [],
    });
  });
});

describe('apt list --upgradable', () => {
  test('reads every line but the heading', () => {
    const found = parseUpgradable(fixture('upgradable.txt'));
    expect(found.length).toBe(fixture('upgradable.txt').trim().split('\n').length - 1);
    expect(found.find((entry) => entry.name === 'ca-certificates')).toEqual({
      name: 'ca-certificates',
      architecture: 'all',
      installed_version: '20230311+deb12u1',
      candidate_version: '20250419~deb12u2',
    });
  });
  test('takes several suites, and refuses what it does not know', () => {
    expect(parseUpgradable('a/stable,stable-security 2 all [upgradable from: 1]')).toHaveLength(1);
    expect(
      parseUpgradable('a/stable 2 all\nB/stable 2 all [upgradable from: 1]\n-x/s 2 all [upgradable from: 1]\n'),
    ).toEqual([]);
  });
});

describe('apt-cache policy', () => {
  const releases = parseReleases(fixture('policy-releases.txt'));
  const offers = parsePolicy(fixture('policy.txt'), releases);

  test('joins versions with the releases that offer them', () => {
    expect([...offers.keys()]).toEqual(['bash', 'tzdata', 'ca-certificates']);
    const versions = offers.get('tzdata') ?? [];
    expect(versions.map(({ version }) => version)).toEqual([
      '2026f-0+deb12u1',
      '2026b-0+deb12u1',
      '2025b-0+deb12u2',
      '2025b-0+deb12u1',
    ]);
    expect(versions.map((entry) => originText(entry.releases))).toEqual([
      'Debian-Security:12/oldstable-security',
      'Debian:12.15/oldstable',
      '',
      'Debian:12-updates/oldstable-updates',
    ]);
  });
  test('knows security by archive, codename or label', () => {
    const security = [...releases.values()].filter(isSecurityRelease);
    expect(security.map((release) => release.codename)).toEqual(['bookworm-security']);
    const plain = { label: '', origin: '', version: '', archive: '', codename: '', site: '' };
    expect(isSecurityRelease({ ...plain, archive: 'jammy-security', label: 'Ubuntu' })).toBe(true);
    expect(isSecurityRelease({ ...plain, label: 'Debian-Security' })).toBe(true);
    expect(isSecurityRelease({ ...plain, archive: 'jammy-updates', label: 'Security tools' })).toBe(false);
  });
  test('names a repository without a Release file by its site', () => {
    expect(
      originText([{ label: '', origin: '', version: '', archive: '', codename: '', site: 'repo.example.org' }]),
    ).toBe('repo.example.org');
  });
});

describe('apt-cache show', () => {
  test('reads digest, size and source, with the source version of a rebuild', () => {
    expect(parseIndex(fixture('show.txt'))).toMatchObject([
      { name: 'bash', version: '5.2.15-2+b13', source: 'bash', source_version: '5.2.15-2', size: 1_490_652 },
      { name: 'ca-certificates', source: 'ca-certificates', source_version: '20250419~deb12u2' },
      { name: 'libperl5.36', source: 'perl', source_version: '5.36.0-7+deb12u4' },
    ]);
  });
  test.each([
    ['no digest', 'Package: a\nVersion: 1\nArchitecture: all\nSize: 3\n'],
    ['a digest that is none', 'Package: a\nVersion: 1\nArchitecture: all\nSize: 3\nSHA256: zz\n'],
    ['no size', `Package: a\nVersion: 1\nArchitecture: all\nSHA256: ${'0'.repeat(64)}\n`],
    [
      'a folded line that looks like a field',
      `Package: a\nVersion: 1\nArchitecture: all\nSize: 3\nDescription: x\n SHA256: ${'0'.repeat(64)}\n`,
    ],
  ])('%s: known, but not provable', (_, text) => {
    expect(parseIndex(text)).toMatchObject([{ name: 'a', sha256: null }]);
  });
  test('a truncated paragraph is no entry', () => {
    expect(parseIndex('Package: a\nVersion: 1\n')).toEqual([]);
  });
});

describe('changelogs', () => {
  const entries = parseChangelog(
    [
      'a (2:1.2-1) stable; urgency=high',
      '',
      '  * CVE-2026-0003, CVE-2026-0001 and CVE-2026-12',
      '',
      ' -- X',
      '',
      'a (2:1.1-1+b1) stable; urgency=low',
      '  * CVE-2026-0002',
      '',
      'a (2:1.0-1) stable',
      '  * CVE-2020-0001',
      '',
    ].join('\n'),
  );
  test('names only what stands above the installed version', () => {
    expect(cvesAbove(entries, '2:1.0-1')).toEqual(['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003']);
    expect(cvesAbove(entries, '2:1.1-1+b1')).toEqual(['CVE-2026-0001', 'CVE-2026-0003']);
    expect(cvesAbove(entries, '2:1.2-1')).toEqual([]);
  });
  test('an installed version the changelog never names is placed by its order', () => {
    expect(cvesAbove(entries, '2:1.1-0ubuntu3')).toEqual(['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003']);
    expect(cvesAbove(entries, '3:0-1')).toEqual([]);
  });
  test('text that is no changelog has no entries', () => {
    expect(parseChangelog('<html>CVE-2026-0001</html>')).toEqual([]);
  });
});

describe('/proc/locks', () => {
  const locks = [
    '1: POSIX  ADVISORY  WRITE 31771 fe:00:2147437 0 EOF',
    '1: -> POSIX  ADVISORY  WRITE 999 fe:00:2147437 0 EOF',
    '2: FLOCK  ADVISORY  WRITE 29688 fe:00:2147437 0 EOF',
    '3: POSIX  ADVISORY  READ 5 fe:00:2147437 0 EOF',
    '4: OFDLCK ADVISORY  WRITE -1 fe:00:77 0 EOF',
  ].join('\n');
  test('names who holds the lock, not who waits or reads', () => {
    expect(parseLockHolders(locks, 2_147_437)).toEqual([31_771]);
    expect(parseLockHolders(locks, 77)).toEqual([-1]);
    expect(parseLockHolders(locks, 1)).toEqual([]);
  });
});
