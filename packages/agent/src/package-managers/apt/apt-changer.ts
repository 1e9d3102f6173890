import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Direction, PackageChanger, PackageFile } from '../package-manager.ts';
import { listInstalled } from './list-installed.ts';
import { findInstalled } from './list-updates.ts';
import { lockHolder } from './lock-holder.ts';
import { parseSimulation } from './parse-simulation.ts';
import { aptName } from './query-index.ts';

const MARGIN_BYTES = 64 * 1024 * 1024;
const KERNEL_BOOT_BYTES = 200 * 1024 * 1024;

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
    lockHolder,
    async readPackages(packages) {
      const { software, unfinished } = await listInstalled();
      return new Map(
        packages.map((wanted) => {
          const found = findInstalled(software, { name: wanted.package, architecture: wanted.architecture });
          const is_configured = found !== null && !unfinished.includes(`${found.name}:${found.architecture}`);
          return [`${wanted.package}:${wanted.architecture}`, { version: found?.version ?? null, is_configured }];
        }),
      );
    },
    findLackOfSpace,
    findDeviation: (files, direction) => findDeviation(folder, files, direction),
    install(files, direction) {
      const args = [
        '-y',
        ...directionArguments(direction),
        ...CONFFILE_POLICY,
        'install',
        ...files.map((file) => file.path),
      ];
      return { command: 'apt-get', args: [...baseArguments(folder), ...args] };
    },
    repair: () => ({ command: 'dpkg', args: ['--force-confdef', '--force-confold', '--configure', '-a'] }),
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

async function findLackOfSpace(files: readonly PackageFile[]): Promise<string | null> {
  let unpacked = 0;
  for (const file of files) {
    const result = await runCommand('dpkg-deb', ['-f', file.path, 'Installed-Size']);
    unpacked += (Number(result.stdout.toString('utf8').trim()) || 0) * 1024;
  }
  const isKernel = files.some((file) => file.operation.package.startsWith('linux-image-'));
  const needs = [
    { path: '/usr', bytes: unpacked + MARGIN_BYTES },
    { path: '/var', bytes: MARGIN_BYTES },
    ...(isKernel && existsSync('/boot') ? [{ path: '/boot', bytes: KERNEL_BOOT_BYTES }] : []),
  ];
  for (const { path, bytes } of needs) {
    const { bavail, bsize } = statfsSync(path);
    if (bavail * bsize < bytes)
      return `${path} has ${megabytes(bavail * bsize)} MB free, ${megabytes(bytes)} MB are needed`;
  }
  return null;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_000_000);
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
    ...files.map((file) => file.path),
  ];
  const result = await runCommand('apt-get', args);
  const simulation = parseSimulation(result.stdout.toString('utf8'));
  if (result.code !== 0) {
    const errors = result.stderr.split('\n').filter((line) => line.startsWith('E:'));
    return `apt refuses: ${errors.join(' ') || `it ended with ${result.code}`}`;
  }
  if (simulation.removes.length > 0) return `it would also remove ${simulation.removes.join(', ')}`;
  const line = (name: string, from: string | null, to: string) => `${name} ${from ?? '(new)'} → ${to}`;
  const expected = new Set(files.map(({ operation }) => line(operation.package, operation.from, operation.to)));
  const found = new Set(simulation.installs.map((step) => line(step.name, step.from, step.to)));
  const more = [...found].filter((step) => !expected.has(step));
  const less = [...expected].filter((step) => !found.has(step));
  if (more.length === 0 && less.length === 0) return null;
  return [
    more.length > 0 ? `not approved: ${more.join(', ')}` : '',
    less.length > 0 ? `would not happen: ${less.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
