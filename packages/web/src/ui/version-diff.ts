export interface VersionParts {
  /** What both versions begin with, up to a segment border. */
  same: string;
  from: string;
  to: string;
  /** What both versions end with. */
  tail: string;
}

/** A version cut where a reader cuts it: runs of digits, runs of letters, single separators. */
function segments(version: string): string[] {
  return version.match(/\d+|[A-Za-z]+|[^A-Za-z\d]/g) ?? [];
}

/** Finds the segments that change between two versions; `1.1.18` and `1.1.19` differ in `18`, not in `8`. */
export function diffVersions(from: string, to: string): VersionParts {
  const before = segments(from);
  const after = segments(to);
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  return {
    same: before.slice(0, head).join(''),
    from: before.slice(head, before.length - tail).join(''),
    to: after.slice(head, after.length - tail).join(''),
    tail: before.slice(before.length - tail).join(''),
  };
}
