import { describe, expect, test } from 'vitest';
import { readMsrcHeading, readMsrcRow } from '../advisories/read-msrc.ts';
import type { WindowsInventory } from '../inventory/installed.ts';
import { readSysteminfo } from '../inventory/read-systeminfo.ts';
import { createWindowsMatcher } from './match-windows.ts';

const HEADING =
  '"DatePosted","CVE","BulletinKB","Title","AffectedProduct","AffectedComponent","Severity","Impact","Supersedes","Exploits"';
const PRODUCT = 'Windows 11 Version 23H2 for x64-based Systems';

function row(cve: string, kb: string, supersedes = '', product = PRODUCT): string {
  return `"20260101","${cve}","${kb}","A ""title"", with a comma","${product}","Kernel","Important","DoS","${supersedes}",`;
}

function match(lines: string[], installed_kbs: string[], more: Partial<WindowsInventory> = {}) {
  const columns = readMsrcHeading(HEADING);
  if (columns === null) throw new Error('no heading');
  const matcher = createWindowsMatcher({ product: PRODUCT, is_stated: true, build: '22631', installed_kbs, ...more });
  for (const line of lines) {
    const read = readMsrcRow(columns, line);
    if (read !== null) matcher.add(read);
  }
  const { findings, missing_updates, closed } = matcher.result();
  return {
    open: findings.map(({ advisory, fixed }) => `${advisory} ${fixed}`),
    missing: missing_updates.map(({ kb, vulnerabilities }) => `${kb}:${vulnerabilities.join(',')}`),
    closed,
  };
}

describe('Microsoft’s updates', () => {
  const CHAIN = [
    row('CVE-2026-0001', '500'),
    row('CVE-2026-0002', '600', '500'),
    row('CVE-2026-0003', '700', '600;550'),
  ];

  test('the newest update brings all that it replaces', () => {
    expect(match(CHAIN, [])).toEqual({
      open: ['CVE-2026-0001 KB700', 'CVE-2026-0002 KB700', 'CVE-2026-0003 KB700'],
      missing: ['700:CVE-2026-0003'],
      closed: 0,
    });
  });

  test('an installed update closes what it replaces, through others', () => {
    expect(match(CHAIN, ['600'])).toEqual({ open: ['CVE-2026-0003 KB700'], missing: ['700:CVE-2026-0003'], closed: 2 });
    expect(match(CHAIN, ['700'])).toEqual({ open: [], missing: [], closed: 3 });
  });

  test('a circle of updates ends', () => {
    expect(match([row('CVE-2026-0001', '1', '2'), row('CVE-2026-0002', '2', '1')], ['1']).closed).toBe(2);
  });

  test('rows of other products, comments and short lines are passed over', () => {
    const others = [row('CVE-1', '1', '', 'Windows 10 for x64-based Systems'), '# comment', '"a","b"'];
    expect(match(others, [])).toEqual({ open: [], missing: [], closed: 0 });
  });

  test('a product without a service pack is not the one with it, nor 2012 the same as 2012 R2', () => {
    const rows = ['Windows Server 2012', 'Windows Server 2012 R2', 'Windows Server 2012 Service Pack 1'].map(
      (name, i) => row(`CVE-2026-000${i}`, '1', '', name),
    );
    expect(match(rows, [], { product: 'Windows Server 2012' }).open).toEqual(['CVE-2026-0000 KB1']);
  });

  test('a row without an update is told apart from the open ones', () => {
    expect(match([row('CVE-2026-0001', '')], [])).toEqual({ open: [], missing: [':CVE-2026-0001'], closed: 0 });
  });

  test('a name that was worked out is found in any case of letters', () => {
    const rows = [row('CVE-2026-0001', '1', '', PRODUCT.replace('Systems', 'systems'))];
    expect(match(rows, []).open).toEqual([]);
    expect(match(rows, [], { is_stated: false }).open).toEqual(['CVE-2026-0001 KB1']);
  });

  test('a table of other columns is none', () => expect(readMsrcHeading('"CVE","KB"')).toBeNull());
});

describe('systeminfo', () => {
  const text = (name: string, version: string, type = 'x64') =>
    `Host Name: A\r\nOS Name:   Microsoft ${name}\r\nOS Version:  ${version}\r\nSystem Type:  ${type}-based PC\r\n[01]: KB5029921\r\n[02]: KB5029921\r\n`;

  test.each([
    ['Windows 10 Pro', '10.0.17134 N/A Build 17134', 'x64', 'Windows 10 Version 1803 for x64-based Systems'],
    ['Windows 10 Pro', '10.0.10240 N/A Build 10240', 'X86', 'Windows 10 for 32-bit Systems'],
    ['Windows 11 Home', '10.0.26200 N/A Build 26200', 'ARM64', 'Windows 11 Version 25H2 for ARM64-based Systems'],
    [
      'Windows 7 Entreprise N',
      '6.1.7601 Service Pack 1 version 7601',
      'x64',
      'Windows 7 for x64-based Systems Service Pack 1',
    ],
    ['Windows 8.1 Pro', '6.3.9600 Н/Д построение 9600', 'x64', 'Windows 8.1 for x64-based Systems'],
    ['Windows Server 2012 R2 Standard', '6.3.9600 N/A Build 9600', 'x64', 'Windows Server 2012 R2'],
    ['Windows Server 2025 Datacenter', '10.0.26100 N/D build 26100', 'x64', 'Windows Server 2025'],
    [
      'Windowsr VistaT Ultimate',
      '6.0.6002 Service Pack 2 Build 6002',
      'x64',
      'Windows Vista x64 Edition Service Pack 2',
    ],
    ['Windows\u00ff7 Ultimate', '6.1.7600 N/D Build 7600', 'X86', 'Windows 7 for 32-bit Systems'],
    ['Windows XP Professional', '5.1.2600 Service Pack 3 Build 2600', 'X86', 'Microsoft Windows XP Service Pack 3'],
  ])('%s %s on %s', (name, version, type, product) => {
    expect(readSysteminfo(text(name, version, type))).toMatchObject({ product, installed_kbs: ['5029921'] });
  });

  test('is not guessed from a text that names no Windows, or no version', () => {
    expect(readSysteminfo(text('Linux', '6.1.0 x 6100'))).toBeNull();
    expect(readSysteminfo(text('Windows 10 Pro', 'unknown'))).toBeNull();
  });
});
