import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { download } from '../download.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import type { Fetched } from '../package-manager.ts';
import type { Release } from './parse-devices.ts';
import { readDevices, readRemotes, resolveLocation } from './read-devices.ts';

const MAX_FIRMWARE = 512 * 1024 * 1024;

/** What the place of a release serves. @throws Error when it cannot be had. */
export async function downloadRelease({ remote, location }: Release): Promise<Buffer> {
  if (location === null) throw new Error('its remote does not say where it is');
  return download(resolveLocation(await readRemotes(), remote, location), MAX_FIRMWARE);
}

/** Downloads the firmware of a plan; the daemon proves its signature when it is written. */
export async function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  const devices = await readDevices();
  mkdirSync(folder, { recursive: true });
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const errors: string[] = [];
    for (const { sha256, package: name } of wanted) {
      const releases = devices.find((device) => device.name === name)?.releases ?? [];
      const release = releases.find((each) => each.sha256 === sha256);
      try {
        if (release === undefined) throw new Error(`no remote has this firmware of ${name} any more`);
        writeFileSync(join(spool, sha256), await downloadRelease(release));
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
    return { errors };
  });
}
