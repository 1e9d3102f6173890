import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import { writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { compareSteps } from '../compare-steps.ts';
import { findLackOfSpace } from '../find-lack-of-space.ts';
import { lockHolder } from '../lock-holder.ts';
import type { Direction, PackageChanger, PackageFile } from '../package-manager.ts';
import { listInstalled } from './list-installed.ts';
import { findInstalled } from './list-updates.ts';
import { parseSimulation } from './parse-simulation.ts';
import { aptName } from './query-index.ts';

/** The front end's first: apt holds it for the whole of its run, dpkg its own for a part. */
const LOCKS = { files: ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock'], pid_files: [] };

/**
 * apt's configuration for the root half: no lists and no sources at all, so that nothing but the proven files can be
 * part of what it decides and nothing could be downloaded. (apt's own --no-download does not work with local files.)
 */
function configuration(folder: string): string {
  return [
    `Dir::State::lists "${join(folder, 'apt/no-lists')}";`,
    `Dir::Cache "${join(folder, 'apt/cache')}";`,
    'Dir::Etc::sourcelist "/dev/null";',
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Sandbox::User "root";',
    'APT::Get::AutomaticRemove "false";',
    'APT::Get::Show-User-Simulation-Note "false";',
    'Dpkg::Use-Pty "0";',
    'DPkg::Lock::Timeout "300";',
    '',
  ].join('\n');
}

function baseArguments(folder: string): string[] {
  for (const part of ['apt/no-lists/partial', 'apt/cache/archives/partial'])
    mkdirSync(join(folder, part), { recursive: true });
  const path = join(folder, 'apt/apt.conf');
  writeDurably(path, configuration(folder));
  return ['-c', path, '-q', '--no-remove', '--no-install-recommends'];
}

function directionArguments(direction: Direction): string[] {
  return direction === 'back' ? ['--allow-downgrades'] : [];
}

const CONFFILE_POLICY = ['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];

/** apt as the root half drives it: fixed arguments, local files only. `folder` is root's own. */
export function aptChanger(folder: string): PackageChanger {
  return {
    lockHolder: () => lockHolder(LOCKS),
    async readPackages(operations) {
      const { software, unfinished } = await listInstalled();
      return new Map(
        operations.map((wanted) => {
          const found = findInstalled(software, { name: wanted.package, architecture: wanted.architecture });
          const is_configured = found !== null && !unfinished.includes(`${found.name}:${found.architecture}`);
          return [packageKey(wanted), { version: found?.version ?? null, is_configured }];
        }),
      );
    },
    async findLackOfSpace(files) {
      const hasKernel = files.some((file) => file.operation.package.startsWith('linux-image-'));
      return findLackOfSpace(await unpackedBytes(files), hasKernel);
    },
    findDeviation: (files, direction) => findDeviation(folder, files, direction),
    install(files, direction) {
      const args = [
        '-y',
        ...directionArguments(direction),
        ...CONFFILE_POLICY,
        'install',
        '--',
        ...files.map((file) => file.path),
      ];
      return [{ command: 'apt-get', args: [...baseArguments(folder), ...args] }];
    },
    repair: () =>
      Promise.resolve([{ command: 'dpkg', args: ['--force-confdef', '--force-confold', '--configure', '-a'] }]),
    async listAutomatic() {
      const result = await runCommand('apt-mark', ['showauto']);
      return result.stdout
        .toString('utf8')
        .split('\n')
        .filter((name) => name !== '');
    },
    async markAutomatic(before, operations) {
      const wasAutomatic = new Set(before);
      const names = operations
        .map((operation) => ({
          operation,
          name: aptName({ name: operation.package, architecture: operation.architecture }),
        }))
        .filter(
          ({ operation, name }) =>
            operation.from === null || wasAutomatic.has(name) || wasAutomatic.has(operation.package),
        )
        .map(({ name }) => name);
      if (names.length > 0) await runCommand('apt-mark', ['-q', 'auto', ...names]);
    },
  };
}

async function unpackedBytes(files: readonly PackageFile[]): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    const result = await runCommand('dpkg-deb', ['-f', file.path, 'Installed-Size']);
    bytes += (Number(result.stdout.toString('utf8').trim()) || 0) * 1024;
  }
  return bytes;
}

async function findDeviation(
  folder: string,
  files: readonly PackageFile[],
  direction: Direction,
): Promise<string | null> {
  const args = [
    ...baseArguments(folder),
    '-s',
    ...directionArguments(direction),
    'install',
    '--',
    ...files.map((file) => file.path),
  ];
  const result = await runCommand('apt-get', args);
  const simulation = parseSimulation(result.stdout.toString('utf8'));
  if (result.code !== 0) {
    const errors = result.stderr.split('\n').filter((line) => line.startsWith('E:'));
    return `apt refuses: ${errors.join(' ') || `it ended with ${result.code}`}`;
  }
  if (simulation.removes.length > 0) return `it would also remove ${simulation.removes.join(', ')}`;
  return compareSteps(files, simulation.installs);
}
