import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';

export interface Installed {
  software: Software[];
  /** `name:architecture` of packages dpkg has unpacked and not configured. */
  unfinished: string[];
  held: Set<string>;
}

export interface ListsStatus {
  /** When the lists in use were last fetched whole; null: never, so the host's own are read. */
  refreshed_at: string | null;
  error: string | null;
}

export interface Fetched {
  /** Package files by SHA-256, each with its digest and size already compared. */
  files: Map<string, string>;
  /** Why others could not be had; null when all are there. */
  error: { code: 'download-failed' | 'digest-mismatch'; detail: string } | null;
}

/**
 * What the networked, unprivileged half asks of a package manager. A plug-in reads the host and its own `folder`; it
 * never changes the host's packages, lists or caches.
 */
export interface PackageManager {
  id: string;
  isPresent(): Promise<boolean>;
  listInstalled(): Promise<Installed>;
  refreshLists(folder: string): Promise<ListsStatus>;
  readListsStatus(folder: string): ListsStatus;
  listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]>;
  /** Reads changelogs of `updates` into the cache; true when something new was learnt. Bounded in time and bytes. */
  readChangelogs(folder: string, updates: readonly AvailableUpdate[]): Promise<boolean>;
  plan(folder: string, packages: PlanRequest['packages']): Promise<PlanAnswer['answer']>;
  fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched>;
  /** Changes whenever what is installed or on offer may have changed; cheap. */
  changeMark(folder: string): string;
}

/** What the root half asks of a package manager: to act on files whose digest is already proven. */
export interface PackageChanger {
  /** Who holds the package manager's lock, in words; null when nobody does. */
  lockHolder(): string | null;
  /** What is installed of each package, by `name:architecture`. */
  readPackages(packages: readonly { package: string; architecture: string }[]): Promise<Map<string, InstalledPackage>>;
  /** Why there is not enough room for these files; null when there is. */
  findLackOfSpace(files: readonly PackageFile[]): Promise<string | null>;
  /** Compares a dry run with what was approved; null when they are the same, else how they differ. */
  findDeviation(files: readonly PackageFile[], direction: Direction): Promise<string | null>;
  install(files: readonly PackageFile[], direction: Direction): { command: string; args: string[] };
  repair(): { command: string; args: string[] };
  /** Packages nobody asked for by name; installing a file would make each look asked for. */
  listAutomatic(): Promise<string[]>;
  /** Marks as automatic again what was so before, and what was newly installed as a dependency. */
  markAutomatic(before: readonly string[], operations: readonly Operation[]): Promise<void>;
}
export type Direction = 'forward' | 'back';

export interface InstalledPackage {
  version: string | null;
  /** False while its files are unpacked and its maintainer scripts have not succeeded. */
  is_configured: boolean;
}

export interface PackageFile {
  operation: Operation;
  path: string;
}
