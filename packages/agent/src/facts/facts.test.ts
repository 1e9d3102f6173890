import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { osFacts, rebootReasons } from '@fleetmend/domain/inventory/host-facts.ts';
import { newestKernel } from '@fleetmend/domain/inventory/newest-kernel.ts';
import { describe, expect, test } from 'vitest';
import { readMacAddresses } from './mac-addresses.ts';
import { isKernelReplaced, parseCoreSince } from './reboot-signs.ts';
import { parseDeletedMappings, parseServiceUnit } from './stale-services.ts';

const image = (name: string, version: string): Software => ({
  ecosystem: 'deb',
  name,
  version,
  architecture: 'amd64',
  source: 'linux',
  source_version: version,
  module: null,
});

describe('os-release', () => {
  test('reads quoted and bare values', () => {
    const text =
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=\'bookworm\'\n# c\n';
    expect(osFacts(text)).toEqual({
      id: 'debian',
      version_id: '12',
      codename: 'bookworm',
      name: 'Debian GNU/Linux 12 (bookworm)',
    });
  });
  test('takes control characters out and leaves absent keys empty', () => {
    expect(osFacts('ID="a\u001b[31mb"\n')).toEqual({ id: 'ab', version_id: '', codename: '', name: '' });
  });
});

describe('kernels', () => {
  test('the newest by dpkg order, without debug and meta packages', () => {
    const kernels = [
      image('linux-image-6.1.0-9-amd64', '6.1.27-1'),
      image('linux-image-6.1.0-37-amd64', '6.1.140-1'),
      image('linux-image-6.1.0-38-amd64-dbg', '6.1.200-1'),
      image('linux-image-amd64', '9.9'),
    ];
    expect(newestKernel(kernels)).toBe('6.1.0-37-amd64');
    expect(newestKernel([image('linux-image-unsigned-6.8.0-45-generic', '6.8.0-45.45')])).toBe('6.8.0-45-generic');
    expect(newestKernel([])).toBeNull();
  });
  test('a newer kernel, a flag, and both are reasons to reboot', () => {
    const same = { running: '6.1.0-37-amd64', installed: '6.1.0-37-amd64' };
    expect(rebootReasons({ isSet: false, packages: null }, same)).toEqual([]);
    expect(rebootReasons({ isSet: false, packages: null }, { running: '5.10', installed: null })).toEqual([]);
    expect(rebootReasons({ isSet: true, packages: 'libc6\nlibc6\ndbus\n' }, same)).toEqual([
      'libc6 asks for a reboot',
      'dbus asks for a reboot',
    ]);
    expect(rebootReasons({ isSet: true, packages: null }, { ...same, running: '6.1.0-9-amd64' })).toEqual([
      'the system asks for a reboot',
      'kernel 6.1.0-9-amd64 runs, 6.1.0-37-amd64 is installed',
    ]);
  });
});

describe('reboots of other systems', () => {
  test("rpm's core packages count from the boot on; what is not there is passed by", () => {
    const text = 'glibc\t1000\nsystemd\t2001\npackage dbus is not installed\nlinux-firmware\tnever\n';
    expect(parseCoreSince(text, 2000)).toEqual(['systemd']);
  });
  test('a kernel that was replaced in place has lost its modules; other systems keep theirs', () => {
    const modules = mkdtempSync(join(tmpdir(), 'fmmodules-'));
    try {
      expect(isKernelReplaced('6.17.1-arch1-1', join(modules, 'none'))).toBe(false);
      mkdirSync(join(modules, '6.1.0-37-amd64'));
      expect(isKernelReplaced('6.1.0-9-amd64', modules)).toBe(false);
      mkdirSync(join(modules, '6.17.2-arch1-1'));
      writeFileSync(join(modules, '6.17.2-arch1-1/pkgbase'), 'linux\n');
      expect(isKernelReplaced('6.17.2-arch1-1', modules)).toBe(false);
      expect(isKernelReplaced('6.17.1-arch1-1', modules)).toBe(true);
    } finally {
      rmSync(modules, { recursive: true });
    }
  });
});

describe('services on replaced files', () => {
  test('counts program files only', () => {
    const maps = [
      '7f1 r-xp 0 fe:00 1 /x',
      '7f2a00000000-7f2a00020000 r-xp 00002000 fe:00 131 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)',
      '7f2a00020000-7f2a00030000 r--p 00002000 fe:00 131 /usr/lib/x86_64-linux-gnu/libonlydata.so (deleted)',
      '7f2a00030000-7f2a00040000 r-xp 00000000 00:01 9 /memfd:jit (deleted)',
      '7f2a00050000-7f2a00060000 r-xp 00000000 fe:00 9 /tmp/x (deleted)',
      '7f2a00060000-7f2a00070000 r-xp 00000000 fe:00 9 /usr/sbin/with space (deleted)',
    ].join('\n');
    expect(parseDeletedMappings(maps)).toEqual(['/usr/lib/x86_64-linux-gnu/libssl.so.3', '/usr/sbin/with space']);
  });
  test('names the unit in either cgroup hierarchy', () => {
    expect(parseServiceUnit('0::/system.slice/nginx.service\n')).toBe('nginx.service');
    expect(
      parseServiceUnit('12:pids:/else.service\n1:name=systemd:/system.slice/system-getty.slice/getty@tty1.service\n'),
    ).toBe('getty@tty1.service');
    expect(parseServiceUnit('0::/user.slice/user-0.slice/session-3.scope\n')).toBeNull();
  });
});

describe('network cards', () => {
  test('those with a device count, once each; what a bridge made up, no address and noise do not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetmend-net-'));
    const card = (name: string, address: string, hasDevice = true) => {
      mkdirSync(join(folder, name, ...(hasDevice ? ['device'] : [])), { recursive: true });
      writeFileSync(join(folder, name, 'address'), `${address}\n`);
    };
    card('eth1', '52:54:00:AB:00:02');
    card('eth0', '52:54:00:ab:00:01');
    card('bond0', '52:54:00:ab:00:01');
    card('docker0', '02:42:00:00:00:01', false);
    card('lo', '00:00:00:00:00:00');
    card('ib0', '80:00:02:08:fe:80:00:00:00:00:00:00');
    expect(readMacAddresses(folder)).toEqual(['52:54:00:ab:00:01', '52:54:00:ab:00:02']);
    rmSync(folder, { recursive: true });
    expect(readMacAddresses(folder)).toEqual([]);
  });
});
