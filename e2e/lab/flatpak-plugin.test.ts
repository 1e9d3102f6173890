import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFlatpakRepository, type FlatpakRepository } from './flatpak-repository.ts';
import { canRunLab } from './lab-obstacle.ts';
import { type ManagedHost, startManagedHost } from './managed-host.ts';

const NAME = 'org.pm.Hello//stable';
const hello = (version: string) => ({ ecosystem: 'flatpak' as const, name: NAME, architecture: 'x86_64', version });

describe.skipIf(!canRunLab('Flatpak on a booted host'))(
  'Flatpak, from the offer to the way back, by signed orders',
  () => {
    let repository: FlatpakRepository;
    let managed: ManagedHost;
    const versions: Record<string, string> = {};
    /** As the agent names a commit: by its time and the start of its id. */
    const publish = async (version: string, day: string, more: { runtime?: string; is_forged?: boolean } = {}) => {
      const commit = await repository.publish({ version, at: `2026-11-${day}T10:20:30Z`, ...more });
      versions[version] = `202611${day}.102030-${commit.slice(0, 12)}`;
    };
    const named = (version: string) => versions[version] ?? '';

    beforeAll(async () => {
      repository = await createFlatpakRepository();
      await publish('1.0', '01');
      managed = await startManagedHost({
        name: 'flatpak-01',
        prepare(root) {
          copyFileSync(repository.key, join(root, 'root/key.gpg'));
          mkdirSync(join(root, 'srv/applications/shop'), { recursive: true });
          const packages = { '': {}, 'node_modules/left-pad': { version: '1.3.0' } };
          const lock = JSON.stringify({ lockfileVersion: 3, packages });
          writeFileSync(join(root, 'srv/applications/shop/package-lock.json'), lock);
        },
        setUp: async (host) => {
          await host.must(['flatpak', '--system', 'remote-add', '--gpg-import=/root/key.gpg', 'pm', repository.url]);
          await host.must(['flatpak', '--system', 'install', '-y', '--noninteractive', 'pm', NAME]);
        },
      });
      await publish('1.1', '02');
      await publish('1.2', '03');
    });
    afterAll(async () => {
      await managed?.destroy();
      await repository?.close();
    });

    const onDisk = () =>
      managed.host.must(['cat', '/var/lib/flatpak/app/org.pm.Hello/x86_64/stable/active/files/version']);

    test('is inventoried by its commits, and what is newer is offered without a word on security that nobody said', async () => {
      await managed.reported(NAME, named('1.0'));
      expect(managed.asset.lines).toContain(`flatpak\t${NAME}\t${named('1.0')}\tx86_64\torg.pm.Hello\t${named('1.0')}`);
      expect(managed.asset.lines?.some((line) => line.startsWith('flatpak\torg.pm.Platform//1\t'))).toBe(true);
      expect(await managed.update(NAME, named('1.2'))).toMatchObject({
        ecosystem: 'flatpak',
        installed_version: named('1.0'),
        origin: 'pm',
        suite: 'stable',
        is_security: false,
        changelog_cves: null,
        fix_version: null,
      });
      expect(managed.server.complaints).toEqual([]);
    });

    test('beside it, components of an application in a folder that was named are software with their file', async () => {
      await managed.reported('left-pad', '1.3.0');
      const line = 'npm\tleft-pad\t1.3.0\tall\tleft-pad\t1.3.0\t/srv/applications/shop/package-lock.json';
      expect(managed.asset.lines).toContain(line);
    });

    test('one exact commit below the newest is installed, verified, and taken back, verified', async () => {
      const planned = await managed.planned([hello(named('1.1'))]);
      expect(planned.operations).toMatchObject([{ package: NAME, from: named('1.0'), to: named('1.1') }]);
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed' });
      expect(await onDisk()).toBe('1.1');
      await managed.reported(NAME, named('1.1'));
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(await onDisk()).toBe('1.0');
      await managed.reported(NAME, named('1.0'));
    });

    test('the newest is installed, verified, while the remote is away, and taken back', async () => {
      const planned = await managed.planned([hello(named('1.2'))]);
      repository.setReachable(false);
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed' });
      expect(await onDisk()).toBe('1.2');
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(await onDisk()).toBe('1.0');
      repository.setReachable(true);
      const origin = await managed.host.must(['flatpak', '--system', 'info', '--show-origin', 'org.pm.Hello']);
      expect(origin.trim()).toBe('pm');
    });

    test('says in words what it cannot: no such commit, held back, another runtime, a signature of nobody', async () => {
      const reason = async (version: string) => (await managed.plan([hello(version)])) as { reason?: string };
      expect((await reason('20261109.102030-000000000001')).reason).toBe(
        `no remote offers ${NAME} 20261109.102030-000000000001`,
      );
      await managed.host.must(['flatpak', '--system', 'mask', 'org.pm.Hello//*']);
      expect((await reason(named('1.2'))).reason).toBe(`${NAME} is held back on this machine`);
      await managed.server.until('the hold', () => managed.asset.updates?.find(({ name }) => name === NAME)?.is_held);
      await managed.host.must(['flatpak', '--system', 'mask', '--remove', 'org.pm.Hello//*']);
      await publish('1.3', '04', { runtime: 'org.pm.Platform/x86_64/2' });
      await managed.update(NAME, named('1.3'));
      expect((await reason(named('1.3'))).reason).toContain('needs the runtime org.pm.Platform/x86_64/2');
      await publish('1.4', '05', { is_forged: true });
      await managed.update(NAME, named('1.4'));
      expect((await reason(named('1.4'))).reason).toMatch(/signature/i);
      expect(await onDisk()).toBe('1.0');
      expect(existsSync(join(managed.host.root, 'var/lib/fleetmend-agent/flatpak/repo'))).toBe(false);
    });
  },
);
