import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { runCommand } from '../../platform/run-command.ts';
import { compareSteps, type Step } from '../compare-steps.ts';
import { findLackOfSpace } from '../find-lack-of-space.ts';
import { lockHolder } from '../lock-holder.ts';
import type { InstalledPackage, PackageChanger, PackageFile } from '../package-manager.ts';
import { SYSTEM_REPOSITORY } from './bundles.ts';
import { describeRef, readInstalledRefs } from './list-installed.ts';
import { nameOf, parseLog } from './parse-output.ts';

const LOCKS = { files: [`${SYSTEM_REPOSITORY}/.lock`], pid_files: [] };

async function readSoftware() {
  return (await readInstalledRefs()).flatMap((each) => describeRef(each) ?? []);
}

/**
 * Unpacks each bundle into a repository that is thrown away, and so learns which commit of which ref it would install.
 * Flatpak has no dry run of its own.
 */
async function findDeviation(folder: string, files: readonly PackageFile[]): Promise<string | null> {
  const trial = join(folder, 'flatpak-trial');
  const software = await readSoftware();
  const steps: Step[] = [];
  try {
    for (const { path } of files) {
      rmSync(trial, { recursive: true, force: true });
      await runCommand('ostree', [`--repo=${trial}`, 'init', '--mode=archive']);
      const imported = await runCommand('flatpak', ['build-import-bundle', '--no-update-summary', '--', trial, path]);
      const ref = /^Importing (\S+) \(/m.exec(imported.stdout.toString('utf8'))?.[1] ?? '';
      const log = await runCommand('ostree', [`--repo=${trial}`, 'log', '--', ref]);
      const [commit] = parseLog(log.stdout.toString('utf8'));
      if (imported.code !== 0 || commit === undefined)
        return hostLine(`flatpak cannot read what was approved: ${imported.stderr}`, 2000);
      const { name, architecture } = nameOf(ref);
      const now = software.find((each) => each.name === name && each.architecture === architecture);
      steps.push({ name, from: now?.version ?? null, to: commit.version });
    }
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
  return compareSteps(files, steps);
}

/** Flatpak with bundles only. `folder` is root's own. */
export function flatpakChanger(folder: string): PackageChanger {
  return {
    lockHolder: () => lockHolder(LOCKS),
    async readPackages(operations) {
      const software = await readSoftware();
      const found = operations.map((operation): [string, InstalledPackage] => {
        const now = software.find(
          ({ name, architecture }) => name === operation.package && architecture === operation.architecture,
        );
        return [packageKey(operation), { version: now?.version ?? null, is_configured: true }];
      });
      return new Map(found);
    },
    async findLackOfSpace(files) {
      // What is in a bundle is compressed about three to one.
      return findLackOfSpace(
        files.reduce((sum, { operation }) => sum + operation.size * 3, 0),
        false,
      );
    },
    findDeviation: (files) => findDeviation(folder, files),
    // Of a ref that is installed, a bundle installs its commit under the remote it came from, be it newer or older.
    install: (files) =>
      files.map(({ path }) => ({
        command: 'flatpak',
        args: ['--system', 'install', '--noninteractive', '--no-deps', '--no-related', '--bundle', '--', path],
      })),
    repair: () => Promise.resolve([]),
    listAutomatic: () => Promise.resolve([]),
    markAutomatic: () => Promise.resolve(),
  };
}
