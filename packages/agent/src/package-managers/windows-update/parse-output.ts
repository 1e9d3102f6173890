/** An update that Windows Update would install. */
export interface WindowsUpdate {
  /** Without `KB`. */
  kb: string;
  title: string;
  /** Microsoft's word for it, and what it clears; null and empty where it says nothing. */
  severity: string | null;
  cves: string[];
}

const KB = /\bKB([0-9]{5,8})(?![0-9])/g;
const LINE = /^KB([0-9]{5,8}): ([^\t]{1,500})(?:\t([A-Za-z]*)\t([A-Z0-9, -]*))?$/;

/** Reads what `SEARCH` prints, and the shorter lines `KB4487017: title` of other tools. */
export function parseSearch(text: string): WindowsUpdate[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, kb, title, severity, cves] = LINE.exec(line.trimEnd()) ?? [];
    if (kb === undefined || title === undefined) return [];
    return [{ kb, title, severity: severity || null, cves: cves?.match(/CVE-\d{4}-\d{4,19}/g) ?? [] }];
  });
}

/** The numbers of the hot fixes in a table of `Get-HotFix` or `wmic qfe`, in any language: nothing else there looks like one. */
export function parseHotFixes(text: string): string[] {
  return [...new Set([...text.matchAll(KB)].map(([, kb = '']) => kb))];
}

/**
 * The whole version of the Windows of this build, as advisories compare it: with its revision where `ver` was asked
 * (`Microsoft Windows [Version 10.0.19045.3803]`), without it from `systeminfo`; null where neither names it.
 */
export function readVersion(text: string, build: string): string | null {
  const versions = [...text.matchAll(/(?<![0-9.])[0-9]{1,2}\.[0-9]\.([0-9]{4,5})(?:\.[0-9]{1,6})?(?![0-9.])/g)];
  const own = versions.filter((match) => match[1] === build).map(([whole]) => whole);
  return own.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

/** Asks the Windows Update Agent what it would install (https://learn.microsoft.com/windows/win32/wua_sdk/). It takes nothing from outside. */
export const SEARCH = `
$found = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher().Search('IsInstalled=0 and IsHidden=0')
foreach ($update in $found.Updates) {
  foreach ($kb in $update.KBArticleIDs) {
    'KB{0}: {1}\`t{2}\`t{3}' -f $kb, ($update.Title -replace '\\s', ' '), $update.MsrcSeverity, ($update.CveIDs -join ', ')
  }
}`;
