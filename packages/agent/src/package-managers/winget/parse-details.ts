/** One entry of `winget list --details`. */
export interface WingetPackage {
  id: string;
  version: string;
  available: string | null;
}

/** `(1/7) Git [Git.Git]`: the id is in the last brackets, a name may have some of its own. */
const HEADING = /^\([0-9]+\/[0-9]+\) .*\[([^\][]+)\]$/;

/**
 * Reads `winget list --details`, with or without `--upgrade-available`. A version that is not known exactly (`< 3.12.0`,
 * `Unknown`) is none.
 */
export function parseDetails(text: string): WingetPackage[] {
  const found: WingetPackage[] = [];
  let current: WingetPackage | null = null;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const id = HEADING.exec(line)?.[1];
    if (id !== undefined) {
      current = { id, version: '', available: null };
      found.push(current);
    }
    if (current === null) continue;
    current.version ||= /^Version: (\S+)$/.exec(line)?.[1] ?? '';
    current.available ??= /^winget \[(\S+)\]$/.exec(line)?.[1] ?? null;
  }
  return found.filter(({ version }) => /[0-9]/.test(version));
}
