import { realpathSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import {
  emptyInventory,
  type Installed,
  type InstalledInventory,
  withoutDuplicates,
} from '@fleetmend/domain/inventory/installed.ts';
import { newestKernel } from '@fleetmend/domain/inventory/newest-kernel.ts';
import { CliError } from '../cli-error.ts';
import { readInventoryBytes } from '../read-inventory-file.ts';
import { findDocuments } from './find-documents.ts';
import { findSystem } from './find-system.ts';
import { readApplications, readDatabases } from './read-databases.ts';
import { note, type RootTree, readTreeFile, resolveInTree } from './root-tree.ts';

const MAX_DOCUMENT = 128 * 1024 ** 2;

/** What a tree has, and what could not be looked at. */
export interface Scan {
  inventory: InstalledInventory;
  /** Where packages were found, and how many. */
  sources: { path: string; packages: number }[];
  /** The kernel that runs, where the tree is this machine's own, and the newest installed one. */
  kernel: { running: string | null; newest: string | null };
  unreadable: RootTree['unreadable'];
}

/**
 * Looks through a tree for its system, the databases of its package managers and its applications, and through `paths` of it
 * for lock files and SBOMs. Nothing is run and nothing is written.
 * @throws CliError (usage) when the root is no folder, or a path is not there.
 */
export async function scanRoot(root: string, paths: readonly string[]): Promise<Scan> {
  const tree: RootTree = { root: folderOf(root), unreadable: [] };
  const databases = await readDatabases(tree);
  const os = (await findSystem(tree)) ?? databases.find(({ inventory }) => inventory.os !== null)?.inventory.os ?? null;
  const system = databases.flatMap(({ inventory }) => inventory.packages);
  const sources = databases.map(({ path, inventory }) => ({ path, packages: inventory.packages.length }));
  const documents = [...(await readApplications(tree, (path) => readDocument(tree, path)))];
  for (const path of paths) {
    for (const file of await documentsIn(tree, path)) {
      const packages = await ownPackages(tree, file);
      if (packages.length > 0) sources.push({ path: file, packages: packages.length });
      documents.push(...packages);
    }
  }
  const running = tree.root === '/' ? release() : null;
  return {
    inventory: withoutDuplicates({ ...emptyInventory(os), packages: [...system, ...documents] }),
    sources,
    kernel: { running, newest: newestKernel(system) },
    unreadable: tree.unreadable,
  };
}

function folderOf(root: string): string {
  try {
    const real = realpathSync(root);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new CliError('usage', `${root} cannot be looked through: ${(error as Error).message}`);
  }
  throw new CliError('usage', `${root} is no folder`);
}

async function documentsIn(tree: RootTree, path: string): Promise<string[]> {
  const real = await resolveInTree(tree, tree.root === '/' ? resolve(path) : path);
  if (real === null) throw new CliError('usage', `there is no ${path} in ${tree.root}`);
  return findDocuments(tree, real).map((file) => join('/', relative(tree.root, file)));
}

/** The packages of a document that are not of a system of its own: an SBOM of another machine says nothing of this one. */
async function ownPackages(tree: RootTree, path: string): Promise<Installed[]> {
  const inventory = await readDocument(tree, path);
  const own = inventory?.packages.filter(({ ecosystem }) => ecosystem !== null) ?? [];
  const foreign = (inventory?.packages.length ?? 0) - own.length;
  if (foreign > 0) note(tree, path, `its ${foreign} packages of a whole system are left out; give it to match itself`);
  return own.map((each) => ({ ...each, path }));
}

async function readDocument(tree: RootTree, path: string): Promise<InstalledInventory | null> {
  const bytes = await readTreeFile(tree, path, MAX_DOCUMENT);
  if (bytes === null) return null;
  try {
    return await readInventoryBytes(basename(path), bytes);
  } catch (error) {
    return note(tree, path, (error as Error).message);
  }
}
