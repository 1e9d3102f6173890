import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AvailableUpdate } from '../inventory/asset.ts';
import { isReporting } from '../inventory/liveness.ts';
import { groupUpdates } from './group-updates.ts';
import { rebootPackage } from './needs-reboot.ts';
import { type PatchAssetFacts, patchState } from './patch-state.ts';

const PATCH = { ecosystem: 'deb' as const, to_version: '1.1-1', packages: ['libssl3', 'openssl'] };

function facts(more: Partial<PatchAssetFacts>): PatchAssetFacts {
  return {
    is_reporting: true,
    last_check_in_at: '2026-11-23T10:00:00.000Z',
    offered: [],
    installed_versions: ['1.0-1'],
    reboot_reasons: [],
    ...more,
  };
}

const free = { name: 'openssl', is_held: false };
const held = { name: 'libssl3', is_held: true };

test('a machine that is only read over SSH is unknown while it is older, whatever others are offered', () => {
  const state = (version: string) => patchState(PATCH, facts({ offered: null, installed_versions: [version] }))?.state;
  expect(state('1.0-1')).toBe('unknown');
  expect(state('1.1-1')).toBe('patched');
  expect(patchState(PATCH, facts({ offered: null, installed_versions: [] }))).toBeNull();
});

describe('patchState', () => {
  test.each([
    ['offered', { offered: [free] }, 'missing', []],
    ['offered, part of it held', { offered: [free, held] }, 'missing', ['hold']],
    ['all of it held', { offered: [held] }, 'waiting', ['hold']],
    ['installed', { installed_versions: ['1.1-1'] }, 'patched', []],
    ['newer than asked', { installed_versions: ['1.2-1'] }, 'patched', []],
    ['an old kernel kept beside the new one', { installed_versions: ['1.0-1', '1.1-1'] }, 'patched', []],
    ['older and not offered', {}, 'waiting', ['plan']],
    [
      'installed, restart asked for by it',
      { installed_versions: ['1.1-1'], reboot_reasons: ['libssl3'] },
      'waiting',
      ['reboot'],
    ],
    [
      'installed, restart asked for by another',
      { installed_versions: ['1.1-1'], reboot_reasons: ['linux-base libssl3-dev'] },
      'patched',
      [],
    ],
    ['silent, whatever it said', { is_reporting: false, installed_versions: ['1.1-1'] }, 'unknown', ['agent']],
    ['never reported', { is_reporting: false, last_check_in_at: null }, 'unknown', ['agent']],
    ['a version that cannot be read', { installed_versions: ['?'] }, 'waiting', ['plan']],
  ])('%s', (_name, more, state, blockers) => {
    const found = patchState(PATCH, facts(more));
    expect([found?.state, found?.blocked_by.map(({ kind }) => kind)]).toEqual([state, blockers]);
    expect(found?.next_step).not.toBe('');
  });

  test('is no business of an asset without the package', () => {
    expect(patchState(PATCH, facts({ installed_versions: [] }))).toBeNull();
  });
});

test('an asset is stale after three of its intervals', () => {
  expect([isReporting(0, 900_000, 300), isReporting(0, 900_001, 300), isReporting(null, 0, 300)]).toEqual([
    true,
    false,
    false,
  ]);
});

const update = fc.record({
  ecosystem: fc.constant('deb' as const),
  name: fc.constantFrom('a', 'b', 'c'),
  architecture: fc.constantFrom('amd64', 'i386'),
  installed_version: fc.constantFrom('1', '2'),
  candidate_version: fc.constantFrom('3', '3+b1', '4'),
  source: fc.constantFrom('s', 't'),
  source_installed_version: fc.constant('1'),
  source_candidate_version: fc.constantFrom('3', '4'),
  origin: fc.constantFrom('Debian:12/bookworm', 'Debian:12/bookworm-security'),
  suite: fc.constant('stable'),
  is_security: fc.boolean(),
  is_held: fc.boolean(),
  size: fc.constant(1),
  sha256: fc.constant('0'.repeat(64)),
  fix_version: fc.constant(null),
  advisories: fc.constant<string[]>([]),
  severity: fc.constant(null),
  changelog_cves: fc.constant(null),
});

test('groupUpdates drops nothing and adds nothing', () => {
  fc.assert(
    fc.property(fc.array(update, { maxLength: 30 }), (updates) => {
      const row = (each: Pick<AvailableUpdate, 'name' | 'architecture'>, from: string, to: string) =>
        [each.name, each.architecture, from, to].join(' ');
      const listed = new Set(
        updates.map(
          (each) =>
            `${each.source} ${each.source_candidate_version} ${row(each, each.installed_version, each.candidate_version)}`,
        ),
      );
      const grouped = [...groupUpdates(updates).values()].flatMap(({ source, to_version, packages }) =>
        packages.flatMap((each) =>
          each.from_versions.map((from) => `${source} ${to_version} ${row(each, from, each.to_version)}`),
        ),
      );
      expect(grouped.sort()).toEqual([...listed].sort());
      for (const [key, group] of groupUpdates(updates)) {
        const own = updates.filter((each) => key === `deb\n${each.source}\n${each.source_candidate_version}`);
        expect(group.is_security).toBe(own.some(({ is_security }) => is_security));
      }
    }),
  );
});

test.each([
  [['linux-image-6.1.0-40-amd64', 'linux-libc-dev'], 'linux-image-6.1.0-40-amd64'],
  [['libc6', 'libc-bin'], 'libc6'],
  [['libc6-dev', 'dbus-x11', 'linux-libc-dev', 'systemd-sysv'], null],
  [['kernel-core', 'kernel-modules'], 'kernel-core'],
  [['kernel-uek'], 'kernel-uek'],
  [['kernel6.12'], 'kernel6.12'],
  [['kernel-default'], 'kernel-default'],
  [['glibc', 'glibc-common'], 'glibc'],
  [['microcode_ctl'], 'microcode_ctl'],
  [['ucode-amd'], 'ucode-amd'],
  [['linux', 'linux-headers'], 'linux'],
  [['linux-lts'], 'linux-lts'],
  [['musl', 'musl-utils'], 'musl'],
  [['kernel-headers', 'kernel-devel', 'kernel-tools', 'glibc-common', 'linux-headers', 'linux-docs', 'musl-dev'], null],
])('rebootPackage(%j) is %s', (names, expected) => {
  expect(rebootPackage(names.map((name) => ({ name })))).toBe(expected);
});
