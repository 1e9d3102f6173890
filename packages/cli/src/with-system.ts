import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { CliError } from './cli-error.ts';

/** An inventory whose system is the one that `--os` names, if it names any. @throws CliError (usage) for an `--os` that is not a family and a release. */
export function withSystem(inventory: InstalledInventory, os: string | undefined): InstalledInventory {
  if (os === undefined) return inventory;
  const [, family, release] = /^([a-z][a-z-]*):([0-9]\S*)$/i.exec(os) ?? [];
  if (family === undefined || release === undefined)
    throw new CliError('usage', `--os ${JSON.stringify(os)} is not a family and a release, such as debian:12`);
  return { ...inventory, os: { family: family.toLowerCase(), release } };
}
