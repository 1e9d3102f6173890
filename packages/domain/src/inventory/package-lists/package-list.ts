import type { Ecosystem } from '../../versions/ecosystems.ts';
import type { Software } from '../asset.ts';

/** A package as a list names it. Its fields are a host's words: whoever takes them in checks them against the contract. */
export interface ListedPackage {
  software: Software;
  /** Held back on the host, by the mark of the list itself. */
  is_held: boolean;
  /** An interrupted run has left it half way. */
  is_unfinished: boolean;
}

/**
 * How a package manager is asked what is installed: one program with fixed arguments, and what it prints. The agent runs it
 * on its own machine, the server over SSH; both read the same, so that the same packages have the same digest.
 */
export interface PackageList {
  ecosystem: Ecosystem;
  program: string;
  args: readonly string[];
  /** Of these files, the ones that are there change whenever what is installed does; with none of them there is no list. */
  databases: readonly string[];
  read(text: string): ListedPackage[];
}
