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
  /** The OSV ecosystem of what no distribution packaged (`PyPI`, `npm`); null for the system's own packages. */
  ecosystem: string | null;
}

/** What a machine or an image has, as far as a file says. */
export interface InstalledInventory {
  /** Null when the file does not tell. */
  os: OperatingSystem | null;
  packages: Installed[];
  /** Source packages, where they are listed beside the binaries. */
  sources: { name: string; version: string }[];
  windows: WindowsInventory | null;
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
  return { os, packages: [], sources: [], windows: null };
}

/** A package with nothing but what every inventory knows. */
export function installed(name: string, version: string, more: Partial<Installed> = {}): Installed {
  const nothing = { architecture: '', module: null, ecosystem: null };
  return { name, version, source: name, source_version: version, ...nothing, ...more };
}
