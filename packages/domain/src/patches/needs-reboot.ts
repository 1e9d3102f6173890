/**
 * Packages whose new code runs only after a restart of the machine: kernels, the C library, the first process, the message
 * bus, and what is loaded into the processor, by the names that distributions give them (for rpm as dnf's needs-restarting
 * lists them).
 */
const REBOOT_NAMES = [
  /^linux-(?:image-|generic|virtual)/,
  /^kernel(?:\d+\.\d+)?(?:-(?:uek|rt|64k|debug|default|azure|kvmsmall|longterm|preempt))?(?:-core)?$/,
  /^linux(?:-(?:lts|zen|hardened|rt|rt-lts|virt|edge|stable|rpi\d?))?$/,
  /^(?:libc6|glibc|musl)$/,
  /^(?:systemd|udev|openrc)$/,
  /^dbus(?:-daemon|-broker)?$/,
  /^(?:(?:intel|amd64)-microcode|(?:intel|amd)-ucode|ucode-(?:intel|amd)|microcode_ctl|linux-firmware)$/,
];

/** The first of these packages because of which a machine must restart; null when none is known to. */
export function rebootPackage(packages: readonly { name: string }[]): string | null {
  return (
    packages
      .map(({ name }) => name)
      .sort()
      .find((name) => REBOOT_NAMES.some((each) => each.test(name))) ?? null
  );
}
