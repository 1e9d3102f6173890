import { statSync } from 'node:fs';

/** Changes when any of these files or folders does; cheap. */
export function markOf(paths: readonly string[]): string {
  return paths
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((stat) => (stat ? `${stat.mtimeMs}:${stat.size}:${stat.ino}` : '-'))
    .join(' ');
}
