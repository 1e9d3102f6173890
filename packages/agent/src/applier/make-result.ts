import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import type { OrderOutcome, OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { readReboot } from '../facts/read-facts.ts';
import { joinManagers } from '../package-managers/join-managers.ts';
import type { PackageChanger } from '../package-managers/package-manager.ts';
import { findPackageManagers } from '../package-managers/registry.ts';
import { readBootId } from '../platform/boot.ts';

export interface ResultInput {
  order: string;
  outcome: OrderOutcome;
  code: string;
  detail: string;
  started_at: string | null;
}

/** Only these bring what boots, and no other manager's trouble may hide how an order ended. */
const BOOTING = ['deb', 'rpm', 'alpm'] as const;

/** The result of an order with what the machine looks like now; `operations` name the packages whose versions are told. */
export async function makeResult(
  input: ResultInput,
  changer: PackageChanger | null,
  operations: readonly Operation[],
): Promise<OrderResult> {
  const packages = await changer?.readPackages(operations);
  const { software } = await joinManagers(await findPackageManagers(BOOTING)).listInstalled();
  return {
    ...input,
    detail: hostLine(input.detail, 4000),
    finished_at: new Date().toISOString(),
    boot_id: readBootId(),
    reboot_required: (await readReboot(software)).reasons.length > 0,
    versions: Object.fromEntries(
      operations.map((operation) => [operation.package, packages?.get(packageKey(operation))?.version ?? null]),
    ),
  };
}
