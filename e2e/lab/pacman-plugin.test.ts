import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunLab } from './lab-obstacle.ts';
import { type ManagedHost, startManagedHost } from './managed-host.ts';
import { createPacmanRepository, type PacmanRepository } from './pacman-repository.ts';

const hello = (version: string) => ({ ecosystem: 'alpm' as const, name: 'pmhello', architecture: 'any', version });

describe.skipIf(!canRunLab('pacman on a booted host'))(
  'pacman, from the offer to the way back, by signed orders',
  () => {
    let repository: PacmanRepository;
    let managed: ManagedHost;

    beforeAll(async () => {
      repository = await createPacmanRepository();
      const first = await repository.publish({ version: '1.0' });
      managed = await startManagedHost({
        name: 'pacman-01',
        prepare(root) {
          const server = `[pm]\nServer = ${repository.url}\n`;
          writeFileSync(join(root, 'etc/pacman.conf'), `[options]\nArchitecture = auto\nSigLevel = Never\n${server}`);
          for (const path of ['var/lib/pacman/local', 'var/cache/pacman/pkg'])
            mkdirSync(join(root, path), { recursive: true });
          copyFileSync(first, join(root, 'var/cache/pacman/pkg/pmhello-1.0-1-any.pkg.tar.zst'));
        },
        setUp: async (host) => {
          await host.must(['pacman', '--noconfirm', '-U', '/var/cache/pacman/pkg/pmhello-1.0-1-any.pkg.tar.zst']);
        },
      });
      await repository.publish({ version: '1.1' });
    });
    afterAll(async () => {
      await managed?.destroy();
      await repository?.close();
    });

    const onDisk = () => readFileSync(join(managed.host.root, 'usr/share/pmhello/version'), 'utf8').trim();
    const settings = () => join(managed.host.root, 'etc/pacman.conf');

    test('is inventoried, and offers what pacman itself lists, without a word on security that nobody said', async () => {
      await managed.reported('pmhello', '1.0-1');
      expect(managed.asset.lines).toContain('alpm\tpmhello\t1.0-1\tany\tpmhello\t1.0-1');
      expect(await managed.update('pmhello', '1.1-1')).toMatchObject({
        ecosystem: 'alpm',
        installed_version: '1.0-1',
        is_security: false,
        changelog_cves: null,
        fix_version: null,
        origin: 'pm',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(managed.server.complaints).toEqual([]);
      const own = '/var/lib/fleetmend-agent/pacman/db';
      expect((await managed.host.must(['pacman', '--dbpath', own, '-Qu'])).trim()).toBe('pmhello 1.0-1 -> 1.1-1');
      expect(existsSync(join(managed.host.root, 'var/lib/pacman/sync/pm.db'))).toBe(false);
    });

    test('installs exactly, verified, and takes it back from the cache, verified', async () => {
      const planned = await managed.planned([hello('1.1-1')]);
      expect(planned.operations).toMatchObject([{ package: 'pmhello', from: '1.0-1', to: '1.1-1' }]);
      expect(planned.rollback).toMatchObject({ class: 'downgrade', operations: [{ from: '1.1-1', to: '1.0-1' }] });
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed', versions: { pmhello: '1.1-1' } });
      expect(onDisk()).toBe('1.1');
      await managed.reported('pmhello', '1.1-1');
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(onDisk()).toBe('1.0');
      await managed.reported('pmhello', '1.0-1');
    });

    test('says in words what it cannot: no such version, held back, no way back, no signature where one is asked for', async () => {
      expect(await managed.plan([hello('1.0.5-1')])).toMatchObject({ reason: 'no repository offers pmhello 1.0.5-1' });
      const before = readFileSync(settings(), 'utf8');
      writeFileSync(settings(), before.replace('SigLevel = Never', 'SigLevel = Never\nIgnorePkg = pmhello'));
      await managed.server.until(
        'the hold',
        () => managed.asset.updates?.find(({ name }) => name === 'pmhello')?.is_held,
      );
      expect(await managed.plan([hello('1.1-1')])).toMatchObject({ reason: expect.stringContaining('held back') });
      writeFileSync(settings(), before.replace('SigLevel = Never', 'SigLevel = Required DatabaseOptional'));
      const cached = join(managed.host.root, 'var/lib/fleetmend-agent/downloads');
      await managed.host.must(['sh', '-c', `rm -f /var/lib/fleetmend-agent/downloads/*`]);
      expect(existsSync(cached)).toBe(true);
      const { result } = await managed.ship(await managed.planned([hello('1.1-1')]));
      expect(result).toMatchObject({
        outcome: 'failed',
        code: 'download-failed',
        detail: expect.stringContaining('.sig'),
      });
      writeFileSync(settings(), before);
      const kept = join(managed.host.root, 'var/cache/pacman/pkg/pmhello-1.0-1-any.pkg.tar.zst');
      copyFileSync(kept, `${kept}.away`);
      rmSync(kept);
      expect(await managed.plan([hello('1.1-1')])).toMatchObject({
        rollback: { class: 'none', reason: "pacman's cache no longer has pmhello 1.0-1" },
      });
      copyFileSync(`${kept}.away`, kept);
    });

    test('a run cut in two leaves a lock that nobody holds; it is ended all the same', async () => {
      await repository.publish({ version: '1.2', post_seconds: 4 });
      await managed.update('pmhello', '1.2-1');
      const pending = managed.ship(await managed.planned([hello('1.2-1')]));
      const lock = join(managed.host.root, 'var/lib/pacman/db.lck');
      for (let tries = 0; tries < 300 && !existsSync(lock); tries++) await sleep(50);
      await sleep(500);
      await managed.host.powerCut();
      expect(existsSync(lock)).toBe(true);
      await managed.host.boot();
      expect((await pending).result).toMatchObject({ outcome: 'succeeded', versions: { pmhello: '1.2-1' } });
      expect(onDisk()).toBe('1.2');
      expect(existsSync(lock)).toBe(false);
    });
  },
);
