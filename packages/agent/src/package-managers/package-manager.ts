import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import type { Ecosystem } from '@fleetmend/domain/versions/ecosystems.ts';

export interface Installed {
  software: Software[];
  /** `name:architecture` of packages that an interrupted run has left half way. */
  unfinished: string[];
  held: Set<string>;
}

export interface ListsStatus {
  /** When the lists in use were last fetched whole; null: never, so the host's own are read. */
  refreshed_at: string | null;
  error: string | null;
}

export interface Fetched {
  /** Package files by the digest of their operation. */
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
  /** Learns more of what `updates` clear; true when something new was learnt. Bounded in time and bytes. */
  readChangelogs(folder: string, updates: readonly AvailableUpdate[]): Promise<boolean>;
  /** Exact versions, whether the lowest that fixes or the newest: nothing in a plan is left to be chosen later. */
  plan(folder: string, packages: PlanRequest['packages']): Promise<PlanAnswer['answer']>;
  fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched>;
  /** Changes whenever what is installed or on offer may have changed; cheap. */
  changeMark(folder: string): string;
}

/** What the root half asks of a package manager: to act on files whose digest is already proven. */
export interface PackageChanger {
  /** Who holds the package manager's lock, in words; null when nobody does. */
  lockHolder(): string | null;
  /** What is installed of each package that these operations move, by `packageKey`. */
  readPackages(operations: readonly Operation[]): Promise<Map<string, InstalledPackage>>;
  /** Why there is not enough room for these files; null when there is. */
  findLackOfSpace(files: readonly PackageFile[]): Promise<string | null>;
  /** Compares a dry run with what was approved; null when they are the same, else how they differ. */
  findDeviation(files: readonly PackageFile[], direction: Direction): Promise<string | null>;
  install(files: readonly PackageFile[], direction: Direction): Program[];
  /** What ends an interrupted run on these packages; an empty list when nothing of it is left. */
  repair(files: readonly PackageFile[]): Promise<Program[]>;
  /** Packages nobody asked for by name, where installing a file would make each look asked for. */
  listAutomatic(): Promise<string[]>;
  /** Marks as automatic again what was so before, and what was newly installed as a dependency. */
  markAutomatic(before: readonly string[], operations: readonly Operation[]): Promise<void>;
}
export type Direction = 'forward' | 'back';

/** A program with its fixed arguments. */
export interface Program {
  command: string;
  args: string[];
}

export interface InstalledPackage {
  version: string | null;
  /** False while an interrupted or failed run has left it half way. */
  is_configured: boolean;
}

export interface PackageFile {
  operation: Operation;
  path: string;
}

/** Both halves of one package manager: what reads as an ordinary user, and what root acts through. */
export interface PackageManagerPlugin {
  ecosystem: Ecosystem;
  manager: PackageManager;
  /** Null: it is only observed, since nothing it offers can be pinned to a digest before it is approved. */
  changer: ((folder: string) => PackageChanger) | null;
}
