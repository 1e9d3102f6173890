import { createHash } from 'node:crypto';
import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { downloadRelease } from './fetch-files.ts';
import type { Device, Release } from './parse-devices.ts';
import { readDevices } from './read-devices.ts';

type Answer = PlanAnswer['answer'];
type Wanted = PlanRequest['packages'][number];

/** What fwupd cannot do while the machine runs: it only prepares it, and the version stays what it was. */
const LATER = ['needs-reboot', 'needs-shutdown', 'needs-activation', 'needs-bootloader', 'locked'];

function impossible(reason: string): Answer {
  return { outcome: 'impossible', reason: hostLine(reason, 2000) };
}

/** The exact firmware of each device, downloaded once to learn its size: remotes tell only its digest. */
export async function planInstall(packages: PlanRequest['packages']): Promise<Answer> {
  const devices = await readDevices();
  const operations: Operation[] = [];
  const back: Operation[] = [];
  const lost: string[] = [];
  for (const wanted of packages) {
    const found = findRelease(devices, wanted);
    if (typeof found === 'string') return impossible(found);
    const { device, release } = found;
    const before = device.releases.find(({ version }) => version === device.version);
    try {
      operations.push(await makeOperation(device, device.version, release));
      if (device.flags.includes('only-version-upgrade')) lost.push(`${device.name} takes no older firmware`);
      else if (before === undefined) lost.push(`no remote has the firmware ${device.version} of ${device.name}`);
      else back.push(await makeOperation(device, release.version, before));
    } catch (error) {
      return impossible(error instanceof Error ? error.message : String(error));
    }
  }
  const rollback =
    lost.length === 0
      ? { class: 'downgrade' as const, operations: back, reason: null }
      : { class: 'none' as const, operations: [], reason: hostLine(lost.join('; '), 500) };
  return { outcome: 'planned', operations, rollback };
}

/** What a wish means here, or why it cannot be. */
function findRelease(
  devices: readonly Device[],
  { name, version }: Wanted,
): { device: Device; release: Release } | string {
  const device = devices.find((each) => each.name === name);
  if (device === undefined) return `${name} is not plugged in`;
  const order = compareIn('firmware', version, device.version);
  if (order === 0) return 'nothing would change: these versions are already installed';
  if (order !== 1) return `${name} ${version} is older than the installed ${device.version}`;
  const later = LATER.find((flag) => device.flags.includes(flag));
  if (later !== undefined) return `${name} is ${later}: its firmware is not written while the machine runs`;
  const release = device.releases.find((each) => each.version === version);
  return release === undefined ? `no remote offers ${name} ${version}` : { device, release };
}

async function makeOperation({ name }: Device, from: string, release: Release): Promise<Operation> {
  const { version, sha256, remote } = release;
  if (sha256 === null) throw new Error(`no remote gives a SHA-256 for ${name} ${version}`);
  const bytes = await downloadRelease(release);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error(`what is served for ${name} ${version} is not what its remote lists`);
  const shared = { ecosystem: 'firmware' as const, package: name, architecture: 'all' };
  return { ...shared, from, to: version, sha256, size: bytes.length, origin: remote };
}
