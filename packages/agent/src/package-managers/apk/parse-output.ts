/** A package that the lists have something newer of. */
export interface ApkUpdate {
  name: string;
  from: string;
  to: string;
}

const VERSION = '[0-9][^\\s-]*-r[0-9]+';
/** `acl-2.3.1-r0 x86_64 {acl} (LGPL-2.1-or-later) [upgradable from: acl-2.2.53-r0]`. */
const LISTED = new RegExp(`^(\\S+)-(${VERSION}) \\S+ \\{[^}]*\\} \\(.*\\) \\[upgradable from: \\1-(${VERSION})\\]$`);
/** `libssl1.0-1.0.1q-r0    < 1.0.2m-r0`, what `apk version -l '<'` prints. */
const COMPARED = new RegExp(`^(\\S+)-(${VERSION})\\s+<\\s+(${VERSION})(?:\\s.*)?$`);
const LONGEST_LINE = 2000;

/** Reads `apk list --upgradable`, and `apk version -l '<'` of versions before 2.10; warnings and headings are neither. */
export function parseUpgradable(text: string): ApkUpdate[] {
  return text.split('\n').flatMap((line) => {
    if (line.length > LONGEST_LINE) return [];
    const [, listed, to, from] = LISTED.exec(line.trim()) ?? [];
    if (listed !== undefined && to !== undefined && from !== undefined) return [{ name: listed, from, to }];
    const [, name, before, after] = COMPARED.exec(line.trim()) ?? [];
    return name === undefined || before === undefined || after === undefined ? [] : [{ name, from: before, to: after }];
  });
}

/** Names that `/etc/apk/world` pins to a version: `busybox=1.36.1-r5`, `busybox<1.37`, `busybox~1.36`. */
export function parsePins(world: string): string[] {
  return world.split(/\s+/).flatMap((entry) => /^([^\s=<>~@!]+)[=<>~]/.exec(entry)?.[1] ?? []);
}
