import { apt } from './apt/apt.ts';
import { aptChanger } from './apt/apt-changer.ts';
import type { PackageChanger, PackageManager } from './package-manager.ts';

/** Both halves of one package manager: what reads as an ordinary user, and what root acts through. */
export interface PackageManagerPlugin {
  manager: PackageManager;
  changer: (folder: string) => PackageChanger;
}

/** Every package manager the agent knows. To add one: a folder with fixtures, its two halves here. */
export const PACKAGE_MANAGERS = { apt: { manager: apt, changer: aptChanger } } as const satisfies Record<
  string,
  PackageManagerPlugin
>;

/** The package manager of this host; null where none of ours runs. */
export async function findPackageManager(): Promise<PackageManagerPlugin | null> {
  for (const plugin of Object.values(PACKAGE_MANAGERS)) {
    if (await plugin.manager.isPresent()) return plugin;
  }
  return null;
}
