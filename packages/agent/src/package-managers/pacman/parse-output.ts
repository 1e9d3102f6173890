/** One line of `pacman -Qu`. */
export interface PacmanUpdate {
  name: string;
  from: string;
  to: string;
  is_ignored: boolean;
}

/** Reads `pacman -Qu`: `name 1.0-1 -> 1.1-1`, with `[ignored]` behind what the settings hold back. */
export function parseUpgradable(text: string): PacmanUpdate[] {
  return text.split('\n').flatMap((line) => {
    const [, name, from, to, ignored] = /^([\w@.+-]+) (\S+) -> (\S+)( \[ignored\])?$/.exec(line.trim()) ?? [];
    return name === undefined || from === undefined || to === undefined
      ? []
      : [{ name, from, to, is_ignored: ignored !== undefined }];
  });
}

/** How a dry run is printed: what it would install, one package on a line. */
export const PRINT_FORMAT = '%n %v %r';

/** Reads a dry run in that form; everything else it prints is for people. */
export function parsePrinted(text: string): { name: string; version: string; repository: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version, repository] = /^([\w@.+-]+) (\S+-\S+) ([\w@.+-]+)$/.exec(line.trim()) ?? [];
    return name === undefined || version === undefined || repository === undefined
      ? []
      : [{ name, version, repository }];
  });
}

/** pacman's own error lines, in one text. */
export function readComplaints(text: string): string {
  const lines = text.split('\n').filter((line) => /^(?:error:|:: )/.test(line));
  return lines.map((line) => line.replace(/^error: /, '')).join(' · ');
}
