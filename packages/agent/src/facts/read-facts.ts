import { hostname, release } from 'node:os';
import type { AgentFacts, AssetFacts, Software, StaleService } from '@fleetmend/domain/inventory/asset.ts';
import { osFacts, rebootReasons } from '@fleetmend/domain/inventory/host-facts.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { newestKernel } from '@fleetmend/domain/inventory/newest-kernel.ts';
import type { ListsStatus } from '../package-managers/package-manager.ts';
import { readBootId } from '../platform/boot.ts';
import { readTextIfThere } from '../platform/durable-file.ts';
import { readMacAddresses } from './mac-addresses.ts';
import { readRebootFlag, readRebootSigns } from './reboot-signs.ts';

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: 'i386',
  ppc64: 'ppc64el',
  s390x: 's390x',
};

export interface FactsInput {
  installed: readonly Software[];
  lists: ListsStatus;
  stale_services: StaleService[];
  agent: AgentFacts;
}

/** The machine's own name; never empty. */
export function readHostname(): string {
  return hostLine(hostname(), 253) || 'localhost';
}

/** systemd's machine id; empty where there is none. It is a hint only: the key is the identity. */
export function readMachineId(): string {
  return hostLine(readTextIfThere('/etc/machine-id') ?? '', 100);
}

/** Whether what is installed needs a reboot to run, and why. */
export async function readReboot(installed: readonly Software[]): Promise<{
  reasons: string[];
  kernel_running: string;
  kernel_installed: string | null;
}> {
  const kernels = { running: hostLine(release(), 200), installed: newestKernel(installed) };
  return {
    reasons: [
      ...rebootReasons(readRebootFlag(), kernels),
      ...(await readRebootSigns(installed, kernels.running)),
    ].slice(0, 200),
    kernel_running: kernels.running,
    kernel_installed: kernels.installed,
  };
}

/** Everything a machine says about itself beside its packages. */
export async function readFacts(input: FactsInput): Promise<AssetFacts> {
  const reboot = await readReboot(input.installed);
  const osRelease = readTextIfThere('/etc/os-release') ?? readTextIfThere('/usr/lib/os-release') ?? '';
  return {
    hostname: readHostname(),
    machine_id: readMachineId(),
    mac_addresses: readMacAddresses(),
    boot_id: readBootId(),
    os: osFacts(osRelease),
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    kernel_running: reboot.kernel_running,
    kernel_installed: reboot.kernel_installed,
    reboot_required: reboot.reasons.length > 0,
    reboot_reasons: reboot.reasons,
    stale_services: input.stale_services,
    lists_refreshed_at: input.lists.refreshed_at,
    lists_error: input.lists.error === null ? null : hostLine(input.lists.error, 2000),
    agent: input.agent,
  };
}
