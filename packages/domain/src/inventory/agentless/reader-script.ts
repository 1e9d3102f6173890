import { dpkgList } from '../package-lists/dpkg-list.ts';
import { otherLists } from '../package-lists/other-lists.ts';
import type { PackageList } from '../package-lists/package-list.ts';
import { rpmList } from '../package-lists/rpm-list.ts';

/** What can be asked of a machine over SSH. */
export const PACKAGE_LISTS: readonly PackageList[] = [dpkgList, rpmList, ...otherLists];

/** Marks each line that the reader itself says; the rest is what the machine says. */
export const READER_MARK = 'fleetmend';

/**
 * What runs on a machine that is read over SSH, in a POSIX shell, for as long as the connection is kept. It reads a line, the
 * digest the server has, and answers `same` or, packed, everything: the facts, the marks of the databases, the packages.
 * All of it is fixed here; of what the server sends, only that one line is compared.
 * @param version becomes part of what is digested, so that another reader is another digest.
 */
export function readerScript(version: string): string {
  return `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC0
export PATH LC_ALL TZ
for tool in sha256sum stat gzip base64; do
  command -v "$tool" >/dev/null 2>&1 || { echo "${READER_MARK} lacks $tool"; exit 0; }
done
part() { printf "\\n@${READER_MARK} %s\\n" "$*"; }
any() { for file in "$@"; do [ -e "$file" ] && return 0; done; return 1; }
facts() {
  part reader; echo ${quote(version)}
  part kernel; uname -n -r -m
  part machine_id; cat /etc/machine-id
  part boot_id; cat /proc/sys/kernel/random/boot_id
  part os; cat /etc/os-release || cat /usr/lib/os-release
  part reboot; any /run/reboot-required && { echo required; cat /run/reboot-required.pkgs; }
  part cards; for card in /sys/class/net/*; do [ -e "$card/device" ] && cat "$card/address"; done
  part databases; stat -L -c "%n %y %s %i" ${quoteAll(PACKAGE_LISTS.flatMap(({ databases }) => databases))}
}
lists() {
${PACKAGE_LISTS.map(readerOf).join('\n')}
}
while read -r known; do
  facts=$(facts 2>/dev/null)
  digest=$(printf "%s\\n" "$facts" | sha256sum)
  digest=\${digest%% *}
  if [ "$digest" = "$known" ]; then echo "${READER_MARK} same $digest"; continue; fi
  echo "${READER_MARK} new $digest"
  { printf "%s\\n" "$facts"; lists 2>/dev/null; } | gzip -1 | base64
  echo "${READER_MARK} end"
done`;
}

function readerOf({ ecosystem, program, args, databases }: PackageList): string {
  return `  any ${quoteAll(databases)} && command -v ${quote(program)} >/dev/null && { part list ${quote(ecosystem)}; ${quoteAll([program, ...args])}; part exit $?; }`;
}

function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** One word for a POSIX shell, whatever stands in it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
