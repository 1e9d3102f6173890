import { type Installed, installed } from '../installed.ts';
import type { ParsedDocument } from '../parsed-document.ts';

/** A package and its version, as a lock file names them. */
export type Locked = readonly [name: string, version: string];

/** A kind of lock file: how it is called, and how it is told from others and read. */
export interface LockFile {
  title: string;
  /** The OSV ecosystem, or the type of the package URL where OSV knows none. */
  ecosystem: string;
  /** The names that its tool gives it. */
  names: RegExp;
  /** @returns null for a document of another kind. */
  read(document: ParsedDocument): Locked[] | null;
}

/** The packages of a lock file; what has no version (a project in its own lock file) is none. */
export function lockedPackages({ ecosystem }: LockFile, locked: readonly Locked[]): Installed[] {
  return locked
    .filter(([name, version]) => name !== '' && version !== '')
    .map(([name, version]) => installed(name, version, { ecosystem }));
}
