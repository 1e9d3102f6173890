import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunLab } from './lab-obstacle.ts';
import { type ManagedHost, startManagedHost } from './managed-host.ts';

/** The webcam that fwupd's own test plug-in pretends is there, and the archives its makers have signed for it. */
const GUID = 'b585990a-003e-5270-89d5-3705a17f9a43';
const NAME = `Integrated-Webcam.${GUID}`;
const ARCHIVES = 'usr/share/installed-tests/fwupd';
const webcam = (version: string) => ({ ecosystem: 'firmware' as const, name: NAME, architecture: 'all', version });

/** What a remote lists: 1.2.3 fixes something, 1.2.4 is newer and fixes nothing. */
function describeRemote(folder: string): string {
  const release = (version: string, urgency: string, more = '') => {
    const file = `fakedevice${version.replaceAll('.', '')}.cab`;
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    return `<release version="${version}" timestamp="1497499200" urgency="${urgency}"><location>./${file}</location>
<checksum filename="${file}" target="container" type="sha256">${digest}</checksum>${more}</release>`;
  };
  const issues = '<issues><issue type="cve">CVE-2026-0001</issue></issues>';
  return `<?xml version="1.0" encoding="UTF-8"?>
<components version="0.9" origin="pm"><component type="firmware">
<id>org.fwupd.fakedevice.firmware</id><name>FakeDevice</name><summary>s</summary><developer_name>ACME</developer_name>
<releases>${release('1.2.4', 'low')}${release('1.2.3', 'critical', issues)}</releases>
<provides><firmware type="flashed">${GUID}</firmware></provides></component></components>`;
}

describe.skipIf(!canRunLab('fwupd on a booted host'))(
  'fwupd, from the offer to the way back, by signed orders, on its test device',
  () => {
    let managed: ManagedHost;

    beforeAll(async () => {
      managed = await startManagedHost({
        name: 'fwupd-01',
        prepare(root) {
          const remote = join(root, 'srv/pm');
          mkdirSync(remote, { recursive: true });
          cpSync(join(root, ARCHIVES), remote, { recursive: true });
          writeFileSync(join(remote, 'pm.xml'), describeRemote(remote));
          // Test devices and this one remote; every other is off, the one with the same archives above all.
          writeFileSync(join(root, 'etc/fwupd/fwupd.conf'), '[fwupd]\nTestDevices=true\n');
          for (const path of ['etc/fwupd/remotes.d/lvfs.conf', 'usr/share/fwupd/remotes.d/fwupd-tests.conf'])
            writeFileSync(join(root, path), '[fwupd Remote]\nEnabled=false\nMetadataURI=file:///nowhere.xml\n');
          writeFileSync(
            join(root, 'etc/fwupd/remotes.d/pm.conf'),
            '[fwupd Remote]\nEnabled=true\nTitle=PM\nMetadataURI=file:///srv/pm/pm.xml\n',
          );
          const unit = join(root, 'etc/systemd/system/fwupd.service.d');
          mkdirSync(unit, { recursive: true });
          writeFileSync(join(unit, 'lab.conf'), '[Unit]\nConditionVirtualization=\n');
        },
        setUp: async (host) => {
          await host.must(['fwupdmgr', 'get-devices', '--json']);
        },
      });
    });
    afterAll(() => managed?.destroy());

    const onDevice = async () => {
      const said = JSON.parse(await managed.host.must(['fwupdmgr', 'get-devices', '--json'])) as {
        Devices: { Guid: string[]; Version?: string }[];
      };
      return said.Devices.find(({ Guid }) => Guid.includes(GUID))?.Version;
    };

    test('a device is software; what is urgent, and which CVE it clears, stand at its update', async () => {
      await managed.reported(NAME, '1.2.2');
      expect(managed.asset.lines).toContain(`firmware\t${NAME}\t1.2.2\tall\t${GUID}\t1.2.2`);
      expect(await managed.update(NAME, '1.2.4')).toMatchObject({
        installed_version: '1.2.2',
        fix_version: '1.2.3',
        is_security: true,
        severity: 'critical',
        changelog_cves: ['CVE-2026-0001'],
        origin: 'pm',
      });
      expect(managed.server.complaints).toEqual([]);
    });

    test('the fix alone is installed, verified; it says that there is no way back from it', async () => {
      const planned = await managed.plan([webcam('1.2.3')]);
      if (planned.outcome !== 'planned') throw new Error(planned.reason);
      expect(planned.operations).toMatchObject([{ package: NAME, from: '1.2.2', to: '1.2.3' }]);
      expect(planned.rollback).toMatchObject({ class: 'none', reason: expect.stringContaining('firmware 1.2.2') });
      const { result } = await managed.ship(planned, { accepts_no_rollback: true });
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed' });
      expect(await onDevice()).toBe('1.2.3');
      await managed.reported(NAME, '1.2.3');
    });

    test('the newest is installed, verified, and taken back, verified', async () => {
      await managed.update(NAME, '1.2.4');
      const planned = await managed.planned([webcam('1.2.4')]);
      const { result, document } = await managed.ship(planned);
      expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed' });
      expect(await onDevice()).toBe('1.2.4');
      await managed.reported(NAME, '1.2.4');
      expect(await managed.takeBack(document)).toMatchObject({ outcome: 'succeeded', code: 'rolled-back' });
      expect(await onDevice()).toBe('1.2.3');
    });

    test('says in words what it cannot: no such version, a file that is not what its remote lists', async () => {
      expect(await managed.plan([webcam('1.2.9')])).toMatchObject({ reason: `no remote offers ${NAME} 1.2.9` });
      writeFileSync(join(managed.host.root, 'srv/pm/fakedevice124.cab'), 'something else');
      expect(await managed.plan([webcam('1.2.4')])).toMatchObject({
        reason: expect.stringContaining('is not what its remote lists'),
      });
      expect(await onDevice()).toBe('1.2.3');
    });
  },
);
