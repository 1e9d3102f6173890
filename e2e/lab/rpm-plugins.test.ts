import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunLab } from './lab-obstacle.ts';
import { type ManagedHost, startManagedHost } from './managed-host.ts';
import { createRpmRepository, type RpmRepository } from './rpm-repository.ts';

const FIX = { id: 'PM-1', type: 'security', severity: 'Important', cves: ['CVE-2026-0001', 'CVE-2026-0002'] } as const;
const MORE = { id: 'PM-2', type: 'enhancement', severity: '', cves: [] } as const;
const hello = (version: string) => ({ ecosystem: 'rpm' as const, name: 'pmhello', architecture: 'noarch', version });

/** The two front ends of rpm, each alone on its host. */
const FRONT_ENDS = [
  {
    id: 'dnf',
    other: 'usr/bin/zypper',
    repository: (url: string) => ({
      path: 'etc/yum.repos.d/pm.repo',
      text: `[pm]\nname=PM\nbaseurl=${url}\nenabled=1\ngpgcheck=0\n`,
    }),
    install: (name: string, version: string) => ['dnf', '-y', '-q', 'install', `${name}-${version}`],
    security: { argv: ['dnf', '-q', 'updateinfo', 'list', '--security'], says: 'PM-1 Important/Sec. pmhello-1.1-1' },
    unknown: /no repository offers pmhello 9\.9-1/,
    hold: { path: 'etc/dnf/plugins/versionlock.list', text: 'pmhello-0:1.0-1.*\n' },
  },
  {
    id: 'zypper',
    other: 'usr/bin/dnf',
    repository: (url: string) => ({
      path: 'etc/zypp/repos.d/pm.repo',
      text: `[pm]\nname=PM\nbaseurl=${url}\nenabled=1\nautorefresh=1\ntype=rpm-md\ngpgcheck=0\n`,
    }),
    install: (name: string, version: string) => [
      'zypper',
      '--non-interactive',
      'install',
      '--no-recommends',
      `${name}=${version}`,
    ],
    security: { argv: ['zypper', '-x', 'list-patches', '--category', 'security'], says: 'name="PM-1"' },
    unknown: /No provider of 'pmhello\.noarch=9\.9-1'/,
    hold: {
      path: 'etc/zypp/locks',
      text: '\ntype: package\nmatch_type: glob\ncase_sensitive: on\nsolvable_name: pmhello\n',
    },
  },
];

describe.skipIf(!canRunLab('dnf and zypper on booted hosts')).each(FRONT_ENDS)(
  '$id, from the offer to the way back, by signed orders',
  (frontEnd) => {
    let repository: RpmRepository;
    let managed: ManagedHost;

    beforeAll(async () => {
      repository = await createRpmRepository();
      await repository.publish([
        { name: 'linux-firmware', version: '1' },
        { name: 'pmhello', version: '1.0' },
        { name: 'pmhello', version: '1.1', advisory: FIX },
        { name: 'pmhello', version: '1.2', advisory: MORE },
        { name: 'pmmodular', version: '2.0', module: 'pmstream:2:8030020201124152102:229f0a1c' },
      ]);
      managed = await startManagedHost({
        name: `${frontEnd.id}-01`,
        prepare(root) {
          rmSync(join(root, frontEnd.other));
          mkdirSync(join(root, 'etc/rpm'), { recursive: true });
          writeFileSync(join(root, 'etc/rpm/macros'), '%_dbpath /var/lib/rpm\n');
          const { path, text } = frontEnd.repository(repository.url);
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        },
        setUp: async (host) => {
          await host.must(frontEnd.install('pmhello', '1.0-1'));
          const file = 'pmmodular-2.0-1.noarch.rpm';
          copyFileSync(join(repository.folder, file), join(host.root, 'srv', file));
          await host.must(['rpm', '-i', `/srv/${file}`]);
        },
      });
    });
    afterAll(async () => {
      await managed?.destroy();
      await repository?.close();
    });

    const onDisk = () => readFileSync(join(managed.host.root, 'usr/share/pmhello/version'), 'utf8').trim();

    test('is inventoried beside apt, in one list, with sources and modules', async () => {
      await managed.reported('pmhello', '1.0-1');
      expect(managed.asset.lines).toContain('rpm\tpmhello\t1.0-1\tnoarch\tpmhello\t1.0-1');
      expect(managed.asset.lines).toContain(
        'rpm\tpmmodular\t2.0-1\tnoarch\tpmmodular\t2.0-1\tpmstream:2:8030020201124152102:229f0a1c',
      );
      expect(managed.asset.lines.filter((line) => line.startsWith('deb\t')).length).toBeGreaterThan(100);
      expect(managed.asset.lines).toEqual([...managed.asset.lines].sort());
      expect(managed.server.complaints).toEqual([]);
    });

    test('offers the newest, says what is security in it and which version fixes it alone', async () => {
      expect(await managed.update('pmhello', '1.2-1')).toMatchObject({
        ecosystem: 'rpm',
        installed_version: '1.0-1',
        is_security: true,
        is_held: false,
        fix_version: '1.1-1',
        advisories: ['PM-1', 'PM-2'],
        severity: 'important',
        changelog_cves: ['CVE-2026-0001', 'CVE-2026-0002'],
        origin: 'pm',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const { argv, says } = frontEnd.security;
      expect(await managed.host.must(argv)).toContain(says);
    });

    test('installs the fix alone exactly, verified, and takes it back, verified', async () => {
      const planned = await managed.planned([hello('1.1-1')]);
      expect(planned.operations).toMatchObject([{ ecosystem: 'rpm', package: 'pmhello', from: '1.0-1', to: '1.1-1' }]);
      expect(planned.rollback).toMatchObject({ class: 'downgrade', operations: [{ from: '1.1-1', to: '1.0-1' }] });
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed', versions: { pmhello: '1.1-1' } });
      expect(onDisk()).toBe('1.1');
      await managed.reported('pmhello', '1.1-1');
      const rest = await managed.server.until('no more security', () =>
        managed.asset.updates?.find((each) => each.name === 'pmhello' && each.installed_version === '1.1-1'),
      );
      expect(rest).toMatchObject({ candidate_version: '1.2-1', is_security: false, fix_version: null });
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(onDisk()).toBe('1.0');
      await managed.reported('pmhello', '1.0-1');
    });

    test('installs the newest exactly, and back, though the repository no longer has the old', async () => {
      const planned = await managed.planned([hello('1.2-1')]);
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', versions: { pmhello: '1.2-1' } });
      await repository.withdraw('pmhello', '1.0');
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(onDisk()).toBe('1.0');
      await managed.reported('pmhello', '1.0-1');
      await repository.publish([{ name: 'pmhello', version: '1.0' }]);
    });

    test('plans what a version newly needs, and says in words what it cannot', async () => {
      await repository.publish([
        { name: 'pmdata', version: '3' },
        { name: 'pmhello', version: '1.3', requires: 'pmdata >= 3' },
        { name: 'pmhello', version: '1.4', requires: 'pmnowhere' },
      ]);
      const planned = await managed.planned([hello('1.3-1')]);
      expect(planned.operations.map(({ package: name, from, to }) => `${name} ${from} ${to}`).sort()).toEqual([
        'pmdata null 3-1',
        'pmhello 1.0-1 1.3-1',
      ]);
      const words: [string, RegExp][] = [
        ['1.4-1', /pmnowhere/],
        ['9.9-1', frontEnd.unknown],
        ['1.0-1', /already installed/],
        ['0.1-1', /older/],
      ];
      for (const [version, reason] of words)
        expect(await managed.plan([hello(version)])).toMatchObject({
          outcome: 'impossible',
          reason: expect.stringMatching(reason),
        });
      for (const version of ['1.3-1', '1.4-1']) await repository.withdraw('pmhello', version.slice(0, -2));
    });

    test('holds back what the host locks, and plans it no more', async () => {
      const list = join(managed.host.root, frontEnd.hold.path);
      writeFileSync(list, frontEnd.hold.text);
      await managed.server.until(
        'the hold',
        () => managed.asset.updates?.find(({ name }) => name === 'pmhello')?.is_held,
      );
      expect(await managed.plan([hello('1.1-1')])).toMatchObject({
        outcome: 'impossible',
        reason: expect.stringMatching(/held back/),
      });
      rmSync(list);
    });

    test('asks for a reboot once a package that dnf counts has come since the boot', async () => {
      await managed.host.must(frontEnd.install('linux-firmware', '1-1'));
      const reasons = await managed.server.until('the reason', () => {
        const { reboot_reasons = [] } = managed.asset.facts ?? {};
        return reboot_reasons.length > 0 && reboot_reasons;
      });
      expect(reasons).toEqual(['linux-firmware was installed after this system began']);
      await managed.host.must(['rpm', '-e', 'linux-firmware']);
    });

    test('a transaction cut in two is ended: nothing stands twice', async () => {
      await repository.publish([{ name: 'pmhello', version: '1.5', post_seconds: 4 }]);
      await managed.update('pmhello', '1.5-1');
      const planned = await managed.planned([hello('1.5-1')]);
      const pending = managed.ship(planned);
      const marker = join(managed.host.root, 'var/tmp/pmhello-post');
      for (let tries = 0; tries < 300 && !existsSync(marker); tries++) await sleep(100);
      await managed.host.powerCut();
      await managed.host.boot();
      const { result } = await pending;
      expect(result).toMatchObject({ outcome: 'succeeded', versions: { pmhello: '1.5-1' } });
      expect((await managed.host.must(['rpm', '-q', 'pmhello'])).trim()).toBe('pmhello-1.5-1.noarch');
      expect(onDisk()).toBe('1.5');
    });
  },
);
