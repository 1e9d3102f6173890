/** Packages whose new code runs only after a restart of the machine, by the names Debian and Ubuntu give them. */
const REBOOT_NAMES =
  /^(linux-image-|linux-generic|linux-virtual|libc6$|dbus$|dbus-(daemon|broker)$|systemd$|intel-microcode$|amd64-microcode$)/;

/** The first of these packages because of which a machine must restart; null when none is known to. */
export function rebootPackage(packages: readonly { name: string }[]): string | null {
  return (
    packages
      .map(({ name }) => name)
      .sort()
      .find((name) => REBOOT_NAMES.test(name)) ?? null
  );
}
