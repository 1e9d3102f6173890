import { describe, expect, test } from 'vitest';
import { osOfCodename, platformsOf } from './platforms.ts';
import { readOsRelease } from './read-os-release.ts';

describe('the names that feeds give to a system', () => {
  test.each([
    ['debian', '9.13', ['debian 9', 'debian:9', 'debian stretch']],
    ['debian', '13', ['debian 13', 'debian:13', 'debian trixie']],
    ['debian', '14', ['debian 14', 'debian:14', 'debian forky']],
    ['debian', 'forky', ['debian 14', 'debian:14', 'debian forky']],
    ['debian', 'forky/sid', ['debian 14', 'debian:14', 'debian forky']],
    ['debian', 'sid', ['debian sid', 'debian:sid']],
    ['ubuntu', '24.04.3', ['ubuntu 24.04', 'ubuntu:24.04', 'ubuntu:24.04:lts']],
    ['ubuntu', 'resolute', ['ubuntu 26.04', 'ubuntu:26.04', 'ubuntu:26.04:lts']],
    ['alpine', '3.22.1', ['alpine 3.22', 'alpine:v3.22']],
    ['alpine', '3.23.0_alpha20250612', ['alpine edge', 'alpine:edge']],
    ['alpine', 'edge', ['alpine edge', 'alpine:edge']],
    ['almalinux', '10.0', ['alma 10', 'almalinux:10']],
    ['rocky', '9.6', ['rocky 9', 'rocky 9.6', 'rocky linux:9']],
    ['amazon', '2023.8.20250707', ['amazon linux 2023']],
    ['amazon', '2018.03', ['amazon linux 1']],
    ['oracle', '9.5', ['oracle linux 9', 'oracle linux:9']],
    ['sles', '15.6', ['suse linux enterprise 15.6', 'suse linux enterprise 15-sp6']],
    ['sles', '15', ['suse linux enterprise 15']],
    ['opensuse-leap', '15.6', ['opensuse leap 15.6', 'opensuse:leap 15.6']],
    ['wolfi', '20230201', ['wolfi 20230201', 'wolfi:20230201', 'wolfi']],
    ['__proto__', '1', ['__proto__ 1', '__proto__:1', '__proto__']],
  ])('%s %s', (family, release, names) => {
    expect(platformsOf({ os: { family, release } })).toEqual(names);
  });

  test('none without a system', () => expect(platformsOf({ os: null })).toEqual([]));

  test('a codename is a release, another word is none', () => {
    expect(osOfCodename('forky')).toEqual({ family: 'debian', release: '14' });
    expect(osOfCodename('questing')).toEqual({ family: 'ubuntu', release: '25.10' });
    expect(osOfCodename('constructor')).toBeNull();
  });

  test('testing tells its codename instead of a number', () => {
    const text = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\nVERSION_CODENAME=forky\n';
    expect(readOsRelease(text)).toEqual({ family: 'debian', release: 'forky' });
  });
});
