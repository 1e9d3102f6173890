import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, scratchFolder } from './test-io.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

let count = 0;
function file(content: string | Buffer): string {
  count++;
  const path = join(scratch.path, `file-${count}`);
  writeFileSync(path, content);
  return path;
}

const OSV = {
  id: 'ALSA-2026:1',
  affected: [
    {
      package: { ecosystem: 'AlmaLinux:8', name: 'bash' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '5-1.el8' }] }],
    },
  ],
  related: ['CVE-2026-0001'],
};
const RPMS = 'almalinux-release-8.9-1.el8.x86_64\nbash-4-1.el8.x86_64\n';

async function match(inventory: string | Buffer, feeds: (string | Buffer)[], ...more: string[]) {
  return runCli([
    'match',
    '--inventory',
    file(inventory),
    ...feeds.flatMap((feed) => ['--feed', file(feed)]),
    '--json',
    ...more,
  ]);
}

describe('fleetmend match', () => {
  test.each([
    ['a record on each line', `${JSON.stringify(OSV)}\n${JSON.stringify({ ...OSV, id: 'ALSA-2026:2' })}\n`, 2],
    ['one document over several lines', JSON.stringify(OSV, null, 2), 1],
    ['a list over several lines', JSON.stringify([OSV], null, 1), 1],
    ['gzip, whatever its name', gzipSync(JSON.stringify(OSV)), 1],
    ['with line ends of Windows', `${JSON.stringify(OSV)}\r\n`, 1],
  ])('reads a feed: %s', async (_, feed, findings) => {
    const { code, out, err } = await match(RPMS, [feed]);
    expect([code, err]).toEqual([0, '']);
    const answer = JSON.parse(out);
    expect(answer.findings).toHaveLength(findings);
    expect(answer.findings[0]).toMatchObject({
      advisory: 'ALSA-2026:1',
      package: 'bash',
      installed: '4-1.el8',
      fixed: '5-1.el8',
      vulnerabilities: ['CVE-2026-0001'],
      state: 'affected',
      why: 'AlmaLinux:8 bash 4-1.el8: < fixed 5-1.el8',
    });
  });

  test('a feed that is known and touches nothing is no error', async () => {
    const entry = { path: ['Red Hat', 'bash'], id: 'CVE-2026-1', Entries: [{ Affected: [857], Status: 1 }] };
    const { code, out } = await match(RPMS, [JSON.stringify([entry])]);
    expect([code, JSON.parse(out).findings]).toEqual([0, []]);
  });

  test('several feeds, one finding each time the same is said', async () => {
    const { out } = await match(RPMS, [JSON.stringify(OSV), JSON.stringify(OSV)]);
    expect(JSON.parse(out).findings).toHaveLength(1);
  });

  test('entries of an SBOM that nothing can be said of are counted', async () => {
    const bom = { bomFormat: 'CycloneDX', components: [{ purl: 'pkg:npm/a@1.0.0' }, { name: 'unnamed' }] };
    const { code, err } = await match(JSON.stringify(bom), [JSON.stringify(OSV)]);
    expect([code, err]).toEqual([0, expect.stringContaining('entries passed over')]);
  });

  test('without --json a line for each, to read or to cut', async () => {
    const { out } = await runCli(['match', '--inventory', file(RPMS), '--feed', file(JSON.stringify(OSV))]);
    expect(out).toBe(
      'ALSA-2026:1\tbash\t4-1.el8\t5-1.el8\taffected\tCVE-2026-0001\tAlmaLinux:8 bash 4-1.el8: < fixed 5-1.el8\n',
    );
  });

  test('--all tells what is no finding, and why', async () => {
    const patched = RPMS.replace('bash-4', 'bash-5');
    expect(JSON.parse((await match(patched, [JSON.stringify(OSV)])).out).findings).toEqual([]);
    const [told] = JSON.parse((await match(patched, [JSON.stringify(OSV)], '--all')).out).findings;
    expect(told).toMatchObject({
      state: 'not_affected',
      why: 'AlmaLinux:8 5-1.el8 is in no range of ALSA-2026:1'.replace('8 5', '8 bash 5'),
    });
  });

  test('says when the system is not known, and takes it from --os', async () => {
    const unknown = await match('bash-4-1.el8.x86_64\n', [JSON.stringify(OSV)]);
    expect(JSON.parse(unknown.out).findings).toEqual([]);
    expect(unknown.err).toContain('use --os');
    const known = await match('bash-4-1.el8.x86_64\n', [JSON.stringify(OSV)], '--os', 'almalinux:8.9');
    expect(JSON.parse(known.out).findings).toHaveLength(1);
  });

  test('says when a version cannot be read, and calls nothing safe for it', async () => {
    const record = {
      id: 'PYSEC-1',
      affected: [{ package: { ecosystem: 'PyPI', name: 'a' }, ranges: OSV.affected[0]?.ranges }],
    };
    const inventory = JSON.stringify([{ ecosystem: 'PyPI', name: 'a', version: 'no version' }]);
    const { err } = await match(inventory, [JSON.stringify(record)]);
    expect(err).toContain('1 entries could not be judged');
  });

  test('systeminfo in UTF-16, as PowerShell writes it', async () => {
    const text =
      'OS Name: Microsoft Windows 11 Pro\r\nOS Version: 10.0.22631 N/A Build 22631\r\nSystem Type: x64-based PC\r\n[01]: KB5029921\r\n';
    const csv = `"CVE","BulletinKB","AffectedProduct","AffectedComponent","Severity","Impact","Supersedes"
"CVE-2026-0001","6000000","Windows 11 Version 23H2 for x64-based Systems","","","",""
`;
    const { out } = await match(Buffer.from(`\ufeff${text}`, 'utf16le'), [csv]);
    const answer = JSON.parse(out);
    expect(answer.findings).toMatchObject([{ advisory: 'CVE-2026-0001', fixed: 'KB6000000', installed: '22631' }]);
    expect(answer.windows).toMatchObject({ missing_updates: [{ kb: '6000000' }], closed: 0 });
  });
});

describe('refused, each in a line', () => {
  const good = JSON.stringify(OSV);
  const bomb = gzipSync(Buffer.alloc(32 * 1024 ** 2, ' \n'));
  const deep = '['.repeat(1_000_000);
  test.each([
    ['an empty inventory', '', good, 'is empty'],
    ['an inventory of no known form', 'hello world\n', good, 'is no inventory that is known here'],
    ['JSON that is no inventory', '{"a":1}', good, 'no inventory that is known here'],
    ['JSON that is cut short', '{"packages":[', good, 'is not JSON'],
    ['an inventory without packages', '{"packages":[]}', good, 'names no package'],
    ['an inventory nested without end', deep, good, 'nested deeper than 256'],
    ['an empty feed', RPMS, '', 'is empty'],
    ['a feed of no known form', RPMS, 'hello\n', 'is no feed that is known here'],
    ['a feed that says nothing', RPMS, '{"a":1}', 'holds no advisory'],
    ['a feed whose record is damaged', RPMS, `${good}\n{"id":\n`, 'record 2 is not JSON'],
    ['a feed nested without end', RPMS, deep, 'nested deeper than 256'],
    ['a feed nested a million times, and closed', RPMS, deep + ']'.repeat(1_000_000), 'nested deeper than 256'],
    ['gzip that is cut short', RPMS, gzipSync(good).subarray(0, 40), 'cannot be read'],
    ['a decompression bomb', RPMS, bomb, 'a decompression bomb'],
    ['an inventory that is a bomb', bomb, good, 'a decompression bomb'],
    ['what is no UTF-8', RPMS, Buffer.from([0x7b, 0xff, 0xfe, 0x0a]), 'is not text in UTF-8'],
  ])('%s', async (_, inventory, feed, text) => {
    const { code, out, err } = await match(inventory, [feed]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });

  test('files that are not there, and a system that is none', async () => {
    const none = join(scratch.path, 'none');
    expect((await runCli(['match', '--inventory', none, '--feed', none])).err).toContain('cannot be read');
    expect((await match(RPMS, [good], '--os', 'debian')).err).toContain('not a family and a release');
    expect((await runCli(['match', '--inventory', file(RPMS)])).code).toBe(2);
  });
});
