import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { compareSteps } from '../compare-steps.ts';
import { findLackOfSpace } from '../find-lack-of-space.ts';
import { describeProcess } from '../lock-holder.ts';
import type { InstalledPackage, PackageChanger, PackageFile } from '../package-manager.ts';
import { listInstalled } from './list-installed.ts';
import { PRINT_FORMAT, parsePrinted, readComplaints } from './parse-output.ts';

const DATABASES = '/var/lib/pacman';
const LOCK = `${DATABASES}/db.lck`;

/** Who has pacman's lock file open: pacman keeps it so for as long as it works, and a file nobody has open is a leftover. */
function lockHolder(): string | null {
  if (!existsSync(LOCK)) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const open = readdirSync(`/proc/${pid}/fd`).some((file) => readlinkSync(`/proc/${pid}/fd/${file}`) === LOCK);
      if (open) return describeProcess(Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  return null;
}

/**
 * The host's own settings without a repository, so that nothing but the proven files can be part of what pacman decides.
 * Signatures were checked when the files were fetched.
 */
async function writeSettings(folder: string): Promise<string> {
  const path = settingsPath(folder);
  const said = (await runCommand('pacman-conf', [])).stdout.toString('utf8').split('\n');
  const end = said.findIndex((line) => line.startsWith('[') && line !== '[options]');
  const options = (end === -1 ? said : said.slice(0, end)).filter(
    (line) => !/SigLevel|XferCommand|IgnorePkg/.test(line),
  );
  writeDurably(path, [...options, 'SigLevel = Never', 'LocalFileSigLevel = Never', ''].join('\n'));
  return path;
}

function settingsPath(folder: string): string {
  return join(folder, 'pacman.conf');
}

async function findDeviation(folder: string, files: readonly PackageFile[]): Promise<string | null> {
  const settings = ['--config', await writeSettings(folder)];
  const trial = ['-U', '--print', '--print-format', PRINT_FORMAT, '--', ...files.map(({ path }) => path)];
  const result = await runCommand('pacman', [...settings, ...trial]);
  if (result.code !== 0)
    return hostLine(`pacman refuses: ${readComplaints(result.stderr) || `it ended with ${result.code}`}`, 2000);
  const { software } = await listInstalled();
  // What an interrupted run has already taken away is on its way from the version it was.
  const from = (name: string) =>
    software.find((each) => each.name === name)?.version ??
    files.find(({ operation }) => operation.package === name)?.operation.from ??
    null;
  const steps = parsePrinted(result.stdout.toString('utf8'));
  return compareSteps(
    files,
    steps.map(({ name, version }) => ({ name, from: from(name), to: version })),
  );
}

/** A package that was there and has no entry any more was cut in two while it was replaced: its files are its own. */
function isCutInTwo({ operation }: PackageFile): boolean {
  const entries = readdirSync(`${DATABASES}/local`);
  return (
    operation.from !== null &&
    !entries.includes(`${operation.package}-${operation.from}`) &&
    !entries.includes(`${operation.package}-${operation.to}`)
  );
}

/** pacman with local files only. `folder` is root's own. */
export function pacmanChanger(folder: string): PackageChanger {
  return {
    lockHolder,
    async readPackages(operations) {
      const { software } = await listInstalled();
      const found = operations.map((operation): [string, InstalledPackage] => {
        const version = software.find(({ name }) => name === operation.package)?.version ?? null;
        return [packageKey(operation), { version, is_configured: true }];
      });
      return new Map(found);
    },
    async findLackOfSpace(files) {
      // A package is compressed about four to one.
      const bytes = files.reduce((sum, { operation }) => sum + operation.size * 4, 0);
      return findLackOfSpace(
        bytes,
        files.some(({ operation }) => /^linux(?:-|$)/.test(operation.package)),
      );
    },
    findDeviation: (files) => findDeviation(folder, files),
    install(files) {
      const overwrite = files.some(isCutInTwo) ? ['--overwrite', '*'] : [];
      const before = ['--config', settingsPath(folder), '--noconfirm', '--noprogressbar', '-U', ...overwrite];
      return [{ command: 'pacman', args: [...before, '--', ...files.map(({ path }) => path)] }];
    },
    repair() {
      if (existsSync(LOCK) && lockHolder() === null) rmSync(LOCK);
      return Promise.resolve([]);
    },
    listAutomatic: async () => {
      const result = await runCommand('pacman', ['-Qqd']);
      return result.stdout
        .toString('utf8')
        .split('\n')
        .filter((name) => name !== '');
    },
    async markAutomatic(before, operations) {
      const was = new Set(before);
      const names = operations
        .filter(({ package: name, from }) => from === null || was.has(name))
        .map((each) => each.package);
      if (names.length > 0) await runCommand('pacman', ['-D', '--asdeps', '--', ...names]);
    },
  };
}
