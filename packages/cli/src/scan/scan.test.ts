import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { readInventoryFile } from '../read-inventory-file.ts';
import { runCli, scratchFolder } from '../test-io.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** A root with these files; a name that ends in `/` is an empty folder. */
function rootOf(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(join(scratch.path, 'root-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(path.endsWith('/') ? join(root, path) : dirname(join(root, path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), content);
  }
  return root;
}

async function scan(root: string, ...more: string[]) {
  const { code, out, err } = await runCli(['scan', ...more, '--root', root, '--json']);
  return { code, err, found: code === 0 ? JSON.parse(out) : null };
}

const named = (found: { packages: { name: string; version: string }[] }) =>
  found.packages.map(({ name, version }) => `${name} ${version}`);

const DEBIAN = 'ID=debian\nVERSION_ID="12"\n';
const paragraph = (name: string, version: string, more = '') =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n${more}\n`;

/** One header of an rpm database: name, version, release, epoch, architecture, source. */
function rpmHeader(values: readonly (readonly [tag: number, value: string | number])[]): Buffer {
  const entries: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of values) {
    const bytes = Buffer.alloc(typeof value === 'number' ? 4 : value.length + 1);
    if (typeof value === 'number') bytes.writeUInt32BE(value);
    else bytes.write(value);
    const entry = Buffer.alloc(16);
    for (const [at, number] of [tag, typeof value === 'number' ? 4 : 6, offset, 1].entries())
      entry.writeUInt32BE(number, at * 4);
    entries.push(entry);
    data.push(bytes);
    offset += bytes.length;
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(offset, 4);
  return Buffer.concat([head, ...entries, ...data]);
}

const BASH = rpmHeader([
  [1000, 'bash'],
  [1001, '5.1.8'],
  [1002, '9.el9'],
  [1003, 2],
  [1022, 'x86_64'],
  [1044, 'bash-5.1.8-9.el9.src.rpm'],
]);
const KEY = rpmHeader([
  [1000, 'gpg-pubkey'],
  [1001, 'b86b3716'],
  [1002, '61e69f29'],
]);

function sqliteDatabase(...blobs: Buffer[]): Buffer {
  const path = join(mkdtempSync(join(scratch.path, 'db-')), 'rpmdb.sqlite');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  for (const blob of blobs) database.prepare('INSERT INTO Packages (blob) VALUES (?)').run(blob);
  database.close();
  return execFileSync('cat', [path]);
}

/** A database of rpm's own kind: a page of slots, then the blobs. */
function ndb(...blobs: Buffer[]): Buffer {
  const page = Buffer.alloc(4096);
  page.write('RpmP', 0, 'latin1');
  page.writeUInt32LE(1, 12);
  const parts = [page];
  let at = 4096;
  for (const [index, blob] of blobs.entries()) {
    const slot = 32 + index * 16;
    page.write('Slot', slot, 'latin1');
    page.writeUInt32LE(index + 1, slot + 4);
    page.writeUInt32LE(at / 16, slot + 8);
    const head = Buffer.alloc(16);
    head.write('BlbS', 0, 'latin1');
    head.writeUInt32LE(index + 1, 4);
    head.writeUInt32LE(blob.length, 12);
    const padded = Buffer.concat([head, blob, Buffer.alloc((16 - (blob.length % 16)) % 16)]);
    parts.push(padded);
    at += padded.length;
  }
  return Buffer.concat(parts);
}

describe('fleetmend scan', () => {
  test('a root of Debian: status, status.d, links within the root, applications', async () => {
    const root = rootOf({
      'usr/lib/os-release': DEBIAN,
      'etc/': '',
      'data/status': `${paragraph('base-files', '12.4+deb12u9')}\n${paragraph('libssl3', '3.0-1', 'Source: openssl\n')}`,
      'var/lib/dpkg/status.d/netbase': paragraph('netbase', '6.4'),
      'var/lib/dpkg/status.d/netbase.md5sums': 'abc  etc/protocols\n',
      'snap/core/16/meta/snap.yaml': 'name: core\nversion: 16-2.61\nconfinement: strict\n',
      'var/lib/flatpak/app/org.x.Y/a/active/files/share/metainfo/org.x.Y.metainfo.xml':
        '<component><id>org.x.Y</id><releases><release version="2.1"/></releases></component>',
      'home/linuxbrew/.linuxbrew/Cellar/rclone/1.67.0/INSTALL_RECEIPT.json': '{}',
    });
    symlinkSync('/usr/lib/os-release', join(root, 'etc/os-release'));
    symlinkSync('/data/status', join(root, 'var/lib/dpkg/status'));
    symlinkSync('16', join(root, 'snap/core/current'));
    symlinkSync('a', join(root, 'var/lib/flatpak/app/org.x.Y/current'));
    const { code, err, found } = await scan(root);
    expect(code).toBe(0);
    expect(found.os).toEqual({ family: 'debian', release: '12' });
    expect(named(found)).toEqual([
      'base-files 12.4+deb12u9',
      'libssl3 3.0-1',
      'netbase 6.4',
      'core 16-2.61',
      'org.x.Y 2.1',
      'rclone 1.67.0',
    ]);
    expect(found.packages[1].source).toBe('openssl');
    expect(found.kernel.running).toBeNull();
    expect(err).toContain('packages: 2 in /var/lib/dpkg/status');
  });

  test.each([
    [
      'Alpine',
      { 'etc/alpine-release': '3.18.4\n', 'lib/apk/db/installed': 'P:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n' },
      'alpine',
      'musl 1.2.4-r2',
    ],
    [
      'Arch',
      { 'etc/os-release': 'ID=arch\n', 'var/lib/pacman/local/gawk-5-1/desc': '%NAME%\ngawk\n\n%VERSION%\n5-1\n' },
      'arch',
      'gawk 5-1',
    ],
    [
      'Red Hat 6, by its release line',
      { 'etc/redhat-release': 'CentOS release 6.10 (Final)\n', 'var/lib/rpm/rpmdb.sqlite': sqliteDatabase(BASH) },
      'centos',
      'bash 2:5.1.8-9.el9',
    ],
    [
      'SQLite',
      {
        'etc/os-release': 'ID="rhel"\nVERSION_ID="9.2"\n',
        'usr/lib/sysimage/rpm/rpmdb.sqlite': sqliteDatabase(BASH, KEY),
      },
      'redhat',
      'bash 2:5.1.8-9.el9',
    ],
    [
      'rpm’s own database',
      { 'etc/os-release': 'ID="sles"\nVERSION_ID="15.5"\n', 'usr/lib/sysimage/rpm/Packages.db': ndb(BASH, KEY) },
      'sles',
      'bash 2:5.1.8-9.el9',
    ],
  ])('a root of %s', async (_, files, family, expected) => {
    const { found } = await scan(rootOf(files as Record<string, string | Buffer>));
    expect([found.os.family, named(found), found.unreadable]).toEqual([family, [expected], []]);
  });

  test('lock files and SBOMs below paths, each package with its file', async () => {
    const lock = (name: string) =>
      JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${name}`]: { version: '1.0.0' } } });
    const root = rootOf({
      'srv/app/package-lock.json': lock('a'),
      'srv/app/node_modules/b/package-lock.json': lock('not-looked-at'),
      'srv/app/deep/er/requirements.txt': 'django==3.2\n',
      'srv/image.cdx.json': JSON.stringify({
        bomFormat: 'CycloneDX',
        components: [{ purl: 'pkg:pypi/flask@1.0' }, { purl: 'pkg:deb/ubuntu/bash@5?distro=ubuntu-22.04' }],
      }),
      'srv/broken/yarn.lock': '[[package]]\nname = \n',
      'opt/package-lock.json': lock('elsewhere'),
    });
    symlinkSync('/opt', join(root, 'srv/link'));
    const { found } = await scan(root, '/srv');
    expect(found.packages.map(({ name, path }: { name: string; path: string }) => [name, path])).toEqual([
      ['flask', '/srv/image.cdx.json'],
      ['a', '/srv/app/package-lock.json'],
      ['django', '/srv/app/deep/er/requirements.txt'],
    ]);
    expect(found.unreadable).toEqual([
      { path: '/srv/image.cdx.json', why: expect.stringContaining('its 1 packages of a whole system') },
      { path: '/srv/broken/yarn.lock', why: expect.stringContaining('is not TOML') },
    ]);
  });

  test('nothing outside of the root is read, whatever links say', async () => {
    const outside = rootOf({ status: paragraph('stolen', '1'), 'lock/package-lock.json': '{}' });
    const root = rootOf({ 'etc/os-release': DEBIAN, 'var/lib/dpkg/': '', 'srv/': '', 'lib/apk/db/': '' });
    symlinkSync(join(outside, 'status'), join(root, 'var/lib/dpkg/status'));
    symlinkSync('../'.repeat(20) + join(outside, 'status').slice(1), join(root, 'lib/apk/db/installed'));
    symlinkSync(join(outside, 'lock'), join(root, 'srv/lock'));
    const { code, err } = await scan(root, '/srv');
    expect([code, err]).toEqual([2, expect.stringContaining('has no database of a package manager')]);
    expect((await scan(root, '/../../etc/passwd')).code).toBe(2);
  });

  test('a pipe, a circle of links, a damaged database and a folder in its place are named, and harm nothing', async () => {
    const root = rootOf({
      'etc/os-release': DEBIAN,
      'var/lib/rpm/Packages': 'no database',
      'lib/apk/db/installed/': '',
      'var/lib/dpkg/': '',
    });
    execFileSync('mkfifo', [join(root, 'var/lib/dpkg/status')]);
    symlinkSync('/etc/debian_version', join(root, 'etc/debian_version'));
    writeFileSync(
      join(root, 'package-lock.json'),
      '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
    );
    const { found } = await scan(root, '/package-lock.json');
    expect(named(found)).toEqual(['a 1.0.0']);
    expect(found.unreadable).toEqual([
      { path: '/var/lib/rpm/Packages', why: 'it is no rpm database that is known here' },
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('what may not be read is named', async () => {
    const root = rootOf({ 'var/lib/dpkg/status': paragraph('a', '1'), 'etc/os-release': DEBIAN });
    chmodSync(join(root, 'var/lib/dpkg/status'), 0);
    expect((await scan(root)).err).toContain('not read: /var/lib/dpkg/status: EACCES');
  });

  test.each(['cyclonedx', 'spdx'])('an SBOM as %s is read back as the same inventory', async (form) => {
    const root = rootOf({
      'etc/os-release': 'ID="almalinux"\nVERSION_ID="9.2"\n',
      'var/lib/rpm/rpmdb.sqlite': sqliteDatabase(
        BASH,
        rpmHeader([
          [1000, 'npm'],
          [1001, '8'],
          [1002, '1.el9'],
          [1022, 'noarch'],
          [1044, 'nodejs-18-1.el9.src.rpm'],
          [5096, 'nodejs:18:90:rhel9'],
        ]),
      ),
      'app/package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/@scope/a":{"version":"1.0.0+b"}}}',
      'app/gradle.lockfile': 'org.x:y:1.0=runtimeClasspath\n',
    });
    const path = join(root, 'sbom.json');
    writeFileSync(path, (await runCli(['scan', '/app', '--root', root, '--sbom', form])).out);
    const { found } = await scan(root, '/app');
    const read = await readInventoryFile(path);
    expect(read.os).toEqual(found.os);
    const essence = (packages: Record<string, unknown>[]) =>
      packages.map(({ name, version, source, source_version, ecosystem }) => [
        name,
        version,
        source,
        source_version,
        ecosystem,
      ]);
    expect(essence(read.packages as unknown as Record<string, unknown>[])).toEqual(essence(found.packages));
    expect(read.packages.map((each) => each.module)).toEqual([null, 'nodejs:18:90:rhel9', null, null]);
    expect(read.unidentified).toBe(0);
  });

  test('with --feed it matches at once, and what it prints is what match reads', async () => {
    const root = rootOf({
      'etc/os-release': 'ID="almalinux"\nVERSION_ID="9.2"\n',
      'var/lib/rpm/rpmdb.sqlite': sqliteDatabase(BASH),
    });
    const feed = join(root, 'feed.json');
    const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2:5.1.8-10.el9' }] };
    writeFileSync(
      feed,
      JSON.stringify({
        id: 'ALSA-1',
        affected: [{ package: { ecosystem: 'AlmaLinux:9', name: 'bash' }, ranges: [range] }],
      }),
    );
    const inventory = join(root, 'inventory.json');
    writeFileSync(inventory, JSON.stringify((await scan(root)).found));
    const scanned = await runCli(['scan', '--root', root, '--feed', feed, '--json']);
    const matched = await runCli(['match', '--inventory', inventory, '--feed', feed, '--json']);
    expect(JSON.parse(scanned.out).findings).toHaveLength(1);
    expect(scanned.out).toBe(matched.out);
  });

  test.each([
    [['--root', '/no/such/folder'], 'cannot be looked through'],
    [['--root', process.execPath], 'is no folder'],
    [['/no/such/path'], 'there is no /no/such/path'],
    [['--sbom', 'swid'], 'Allowed choices are cyclonedx, spdx'],
    [['--sbom', 'spdx', '--feed', 'x'], 'not both'],
  ])('refuses %j', async (more, words) => {
    const { code, err } = await runCli(['scan', ...more]);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

const hasRpm = spawnSync('rpmbuild', ['--version']).status === 0 && spawnSync('rpm', ['--version']).status === 0;

test.skipIf(!hasRpm)('a database that rpm itself wrote (rpm and rpmbuild are on this machine)', async () => {
  const folder = mkdtempSync(join(scratch.path, 'rpm-'));
  const spec = join(folder, 'a.spec');
  writeFileSync(
    spec,
    'Name: sample\nEpoch: 2\nVersion: 1.5\nRelease: 3.el9\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n%files\n',
  );
  execFileSync('rpmbuild', ['-bb', '--define', `_topdir ${folder}/top`, spec], { stdio: 'ignore' });
  const database = join(folder, 'root/var/lib/rpm');
  mkdirSync(database, { recursive: true });
  const rpm = join(folder, 'top/RPMS/noarch/sample-1.5-3.el9.noarch.rpm');
  execFileSync('rpm', ['--dbpath', database, '--justdb', '--nodeps', '-i', rpm], { stdio: 'ignore' });
  mkdirSync(join(folder, 'root/etc'));
  writeFileSync(join(folder, 'root/etc/os-release'), 'ID=rocky\nVERSION_ID="9.1"\n');
  expect(named((await scan(join(folder, 'root'))).found)).toEqual(['sample 2:1.5-3.el9']);
});

describe('a damaged rpm database', () => {
  test.each([
    ['a blob beyond the end', ndb(BASH).subarray(0, 4200)],
    ['SQLite without its table', sqliteDatabase().fill(0, 100)],
  ])('%s is refused in words', async (_, bytes) => {
    const path = join(mkdtempSync(join(scratch.path, 'damaged-')), 'Packages');
    writeFileSync(path, bytes);
    await expect(readInventoryFile(path)).rejects.toThrow(/damaged|no rpm database/);
  });
});
