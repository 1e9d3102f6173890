/** One installed package of any manager, as an inventory names it. */
export interface Installed {
  name: string;
  version: string;
  /** Empty when the inventory does not say. */
  architecture: string;
  /** The source package and its version; the binary's own where the inventory names none. */
  source: string;
  source_version: string;
  /** An rpm module's label: `nodejs:12:8030020201124152102:229f0a1c`. */
  module: string | null;
  /**
   * The OSV ecosystem of what no distribution packaged (`PyPI`, `npm`), the type of its package URL where OSV knows none
   * (`generic`); null for the system's own packages.
   */
  ecosystem: string | null;
  /** The CPE name that the inventory gives it, as it is written there. */
  cpe: string | null;
  /** The file that names it, where it is not the system's own list. */
  path: string | null;
}

/** What a machine or an image has, as far as a file says. */
export interface InstalledInventory {
  /** Null when the file does not tell. */
  os: OperatingSystem | null;
  packages: Installed[];
  /** Source packages, where they are listed beside the binaries. */
  sources: { name: string; version: string }[];
  windows: WindowsInventory | null;
  /** How many entries name neither a package URL with a version nor a CPE, or belong to another system: nothing is said of them. */
  unidentified: number;
}

export interface OperatingSystem {
  /** `debian`, `almalinux`, in small letters. */
  family: string;
  /** `12`, `8.9`, `2 (Karoo)`; empty when it is not known. */
  release: string;
}

export interface WindowsInventory {
  /** The product as Microsoft names it in its updates: `Windows 10 Version 1803 for x64-based Systems`. */
  product: string;
  /** The product was stated in that form, not worked out here. */
  is_stated: boolean;
  build: string;
  /** Numbers without `KB`. */
  installed_kbs: string[];
}

/** An inventory without packages yet. */
export function emptyInventory(os: OperatingSystem | null): InstalledInventory {
  return { os, packages: [], sources: [], windows: null, unidentified: 0 };
}

/** A package with nothing but what every inventory knows. */
export function installed(name: string, version: string, more: Partial<Installed> = {}): Installed {
  const nothing = { architecture: '', module: null, ecosystem: null, cpe: null, path: null };
  return { name, version, source: name, source_version: version, ...nothing, ...more };
}

/** The same inventory with each package once; what one entry leaves open is taken from another of the same package. */
export function withoutDuplicates(inventory: InstalledInventory): InstalledInventory {
  const found = new Map<string, Installed>();
  for (const each of inventory.packages) {
    const { name, version, architecture, source, source_version, module, ecosystem } = each;
    const key = JSON.stringify([ecosystem, name, version, architecture, source, source_version, module]);
    const before = found.get(key);
    found.set(
      key,
      before === undefined ? each : { ...before, cpe: before.cpe ?? each.cpe, path: before.path ?? each.path },
    );
  }
  return { ...inventory, packages: [...found.values()] };
}
