import type { ListedPackage, PackageList } from '@fleetmend/domain/inventory/package-lists/package-list.ts';
import { software } from './inventory.ts';

/** The packages of a list that the contract can carry, and by name and version those that it cannot: counted, never guessed. */
export function readPackageList(list: PackageList, text: string): { packages: ListedPackage[]; unreadable: string[] } {
  const packages: ListedPackage[] = [];
  const unreadable: string[] = [];
  for (const each of list.read(text)) {
    if (software.safeParse(each.software).success) packages.push(each);
    else unreadable.push(`${each.software.name} ${each.software.version}`);
  }
  return { packages, unreadable };
}
