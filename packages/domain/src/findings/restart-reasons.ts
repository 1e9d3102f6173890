const KERNEL = /^linux-(image|generic|virtual)/;

/**
 * Whether one of a host's reasons to restart is about a package: it names the package ("libc6 asks for a reboot"), or a
 * kernel ("kernel 6.1.0-39-amd64 runs, 6.1.0-40-amd64 is installed") when the package brings one.
 */
export function asksForRestart(reason: string, packageName: string): boolean {
  const words = reason.split(/[\s,:]+/);
  return words.includes(packageName) || (words[0] === 'kernel' && KERNEL.test(packageName));
}
