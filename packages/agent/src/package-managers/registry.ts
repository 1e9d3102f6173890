import { ECOSYSTEMS, type Ecosystem } from '@fleetmend/domain/versions/ecosystems.ts';
import { apk } from './apk/apk.ts';
import { apt } from './apt/apt.ts';
import { aptChanger } from './apt/apt-changer.ts';
import { dnf } from './dnf/dnf.ts';
import { dnfChanger } from './dnf/dnf-changer.ts';
import { dnf5, yum } from './dnf5/dnf5.ts';
import { flatpak } from './flatpak/flatpak.ts';
import { flatpakChanger } from './flatpak/flatpak-changer.ts';
import { fwupd } from './fwupd/fwupd.ts';
import { fwupdChanger } from './fwupd/fwupd-changer.ts';
import { homebrew } from './homebrew/homebrew.ts';
import type { PackageManagerPlugin } from './package-manager.ts';
import { pacman } from './pacman/pacman.ts';
import { pacmanChanger } from './pacman/pacman-changer.ts';
import { snap } from './snap/snap.ts';
import { softwareupdate } from './softwareupdate/softwareupdate.ts';
import { windowsUpdate } from './windows-update/windows-update.ts';
import { winget } from './winget/winget.ts';
import { zypper } from './zypper/zypper.ts';
import { zypperChanger } from './zypper/zypper-changer.ts';

/** Every package manager the agent knows. To add one: a folder with fixtures, its two halves here. */
const PACKAGE_MANAGERS: readonly PackageManagerPlugin[] = [
  { ecosystem: 'deb', manager: apt, changer: aptChanger },
  // Where both drive one rpm database, as on openSUSE, zypper is the system's own.
  { ecosystem: 'rpm', manager: zypper, changer: zypperChanger },
  { ecosystem: 'rpm', manager: dnf5, changer: null },
  { ecosystem: 'rpm', manager: dnf, changer: dnfChanger },
  { ecosystem: 'rpm', manager: yum, changer: null },
  { ecosystem: 'alpm', manager: pacman, changer: pacmanChanger },
  { ecosystem: 'flatpak', manager: flatpak, changer: flatpakChanger },
  { ecosystem: 'firmware', manager: fwupd, changer: fwupdChanger },
  { ecosystem: 'apk', manager: apk, changer: null },
  { ecosystem: 'snap', manager: snap, changer: null },
  { ecosystem: 'windows', manager: windowsUpdate, changer: null },
  { ecosystem: 'winget', manager: winget, changer: null },
  { ecosystem: 'macos', manager: softwareupdate, changer: null },
  { ecosystem: 'brew', manager: homebrew, changer: null },
];

/** The package managers of this host for these ecosystems, at most one of each; a host may well have several. */
export async function findPackageManagers(
  ecosystems: readonly Ecosystem[] = ECOSYSTEMS,
): Promise<PackageManagerPlugin[]> {
  const found: PackageManagerPlugin[] = [];
  for (const plugin of PACKAGE_MANAGERS) {
    if (!ecosystems.includes(plugin.ecosystem)) continue;
    if (found.some(({ ecosystem }) => ecosystem === plugin.ecosystem)) continue;
    if (await plugin.manager.isPresent()) found.push(plugin);
  }
  return found;
}

/** Their names, for people. */
export function knownPackageManagers(): string {
  return PACKAGE_MANAGERS.map(({ manager }) => manager.id).join(', ');
}
