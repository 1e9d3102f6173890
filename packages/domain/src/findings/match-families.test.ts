import { expect, test } from 'vitest';
import { readTrivy } from '../advisories/read-trivy.ts';
import { emptyInventory, installed } from '../inventory/installed.ts';
import { createMatcher } from './match-rules.ts';

/** What Trivy's database calls a system, how images of it name themselves, and what its entries name: binary or source. */
const FAMILIES: [bucket: string, family: string, release: string, names: 'binary' | 'source'][] = [
  ['alpine 3.10', 'alpine', '3.10.2', 'source'],
  ['alpine edge', 'alpine', 'edge', 'source'],
  ['debian 9', 'debian', '9.9', 'source'],
  ['debian 12', 'debian', '12', 'source'],
  ['ubuntu 18.04', 'ubuntu', '18.04', 'source'],
  ['ubuntu 16.04-ESM', 'ubuntu', '16.04-ESM', 'source'],
  ['alma 8', 'alma', '8.5', 'binary'],
  ['alma 9', 'almalinux', '9.0', 'binary'],
  ['rocky 8', 'rocky', '8.5', 'binary'],
  ['rocky 8.5', 'rockylinux', '8.5', 'binary'],
  ['amazon linux 1', 'amazon', 'AMI release 2018.03', 'binary'],
  ['amazon linux 2', 'amazon', '2 (Karoo)', 'binary'],
  ['amazon linux 2022', 'amazon', '2022 (Amazon Linux)', 'binary'],
  ['amazon linux 2023', 'amazon', '2023.3.20240312', 'binary'],
  ['Oracle Linux 7', 'oracle', '7.9', 'binary'],
  ['Photon OS 3.0', 'photon', '3.0', 'source'],
  ['CBL-Mariner 1.0', 'cbl-mariner', '1.0.20220122', 'source'],
  ['CBL-Mariner 2.0', 'mariner', '2.0.20240123', 'source'],
  ['Azure Linux 3.0', 'azurelinux', '3.0.20240727', 'source'],
  ['openSUSE Leap 15.1', 'opensuse-leap', '15.1', 'binary'],
  ['openSUSE Leap 15.1', 'opensuse.leap', '15.1', 'binary'],
  ['openSUSE Tumbleweed', 'opensuse-tumbleweed', '20240607', 'binary'],
  ['openSUSE Tumbleweed', 'opensuse', 'tumbleweed', 'binary'],
  ['SUSE Linux Enterprise 15.3', 'suse linux enterprise server', '15.3', 'binary'],
  ['SUSE Linux Enterprise 15-SP3', 'sles', '15.3', 'binary'],
  ['SUSE Linux Enterprise 15', 'sles', '15', 'binary'],
  ['SUSE Linux Enterprise Micro 5.4', 'sle-micro-rancher', '5.4', 'binary'],
];

function match(os: { family: string; release: string }, entry: object): string[] {
  const packages = [installed('libfoo1', '1.0-1', { source: 'foo', source_version: '1.0-1' })];
  const records = readTrivy({ id: 'CVE-2026-1', ...entry }) ?? [];
  return records
    .flatMap(({ rules }) => rules)
    .flatMap(createMatcher({ ...emptyInventory(os), packages }))
    .map(({ package: name, fixed, state }) => `${name} ${fixed} ${state}`);
}

test.each(FAMILIES)('%s speaks of %s %s by the %s package', (bucket, family, release, names) => {
  const os = { family, release };
  const [own, other] = names === 'binary' ? ['libfoo1', 'foo'] : ['foo', 'libfoo1'];
  expect(match(os, { path: [bucket, own], FixedVersion: '1.0-2' })).toEqual(['libfoo1 1.0-2 affected']);
  expect(match(os, { path: [bucket, own], FixedVersion: '1.0-1' })).toEqual(['libfoo1 null not_affected']);
  expect(match(os, { path: [bucket, own] })).toEqual(['libfoo1 null unfixed']);
  expect(match(os, { path: [bucket, other], FixedVersion: '1.0-2' })).toEqual([]);
});

test.each([
  ['alpine 3.1', 'alpine', '3.10.2'],
  ['amazon linux 2', 'amazon', '2023.3.20240312'],
  ['SUSE Linux Enterprise 15', 'sles', '15.3'],
  ['openSUSE Leap 15.1', 'sles', '15.1'],
  ['rocky 8', 'alma', '8.5'],
  ['debian 1', 'debian', '12'],
])('%s says nothing of %s %s', (bucket, family, release) => {
  for (const name of ['foo', 'libfoo1']) {
    expect(match({ family, release }, { path: [bucket, name], FixedVersion: '1.0-2' })).toEqual([]);
  }
});

test.each([
  ['6.10', 857],
  ['7.7', 869],
  ['8.0', 1076],
])('Red Hat %s is repository %d', (release, repository) => {
  const entry = { Affected: [repository], Cves: [{}], Arches: ['x86_64'], Status: 5 };
  const path = ['Red Hat', 'libfoo1'];
  for (const family of ['redhat', 'centos'])
    expect(match({ family, release }, { path, Entries: [entry] })).toEqual(['libfoo1 null will_not_fix']);
});

test.each([
  ['2.28-1.el8', '2.28-9.ksplice1.el8', 'build_line'],
  ['2.28-1.ksplice1.el8', '2.28-9.el8', 'build_line'],
  ['2.28-1.ksplice1.el8', '2.28-9.ksplice2.el8', 'build_line'],
  ['1.1.1k-5.el8', '1.1.1k-6.el8_fips', 'build_line'],
  ['1-1.el8', '1-2.module+el8.5.0+1+a', 'module'],
])('%s and %s are builds of different lines', (version, FixedVersion, rule) => {
  const inventory = { ...emptyInventory({ family: 'oracle', release: '8.0' }), packages: [installed('a', version)] };
  const rules =
    readTrivy({ id: 'X', path: ['Oracle Linux 8', 'a'], FixedVersion })?.flatMap((each) => each.rules) ?? [];
  expect(rules.flatMap(createMatcher(inventory))).toMatchObject([{ state: 'not_affected', rule }]);
  const own = readTrivy({ id: 'X', path: ['Oracle Linux 8', 'a'], FixedVersion: version.replace('-', '-9') });
  expect(own?.flatMap((each) => each.rules).flatMap(createMatcher(inventory))).toMatchObject([{ state: 'affected' }]);
});
