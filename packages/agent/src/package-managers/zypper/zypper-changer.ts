import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { runCommand } from '../../platform/run-command.ts';
import { compareSteps } from '../compare-steps.ts';
import type { PackageChanger, PackageFile } from '../package-manager.ts';
import { rpmChanger } from '../rpm/rpm-changer.ts';
import { parseSummary, readComplaints } from './parse-output.ts';

/**
 * zypper as the root half drives it: an empty folder of repositories, so that nothing but the proven files can be part of
 * what it decides. Signatures were checked when the files were fetched.
 */
function zypperArguments(folder: string, files: readonly PackageFile[], isTrial: boolean): string[] {
  const [repositories, cache] = [join(folder, 'zypper/no-repositories'), join(folder, 'zypper/cache')];
  for (const path of [repositories, cache]) mkdirSync(path, { recursive: true });
  const before = ['--non-interactive', '--no-refresh', '--no-gpg-checks', '--reposd-dir', repositories];
  return [
    ...before,
    '--cache-dir',
    cache,
    ...(isTrial ? ['-x', 'install', '--dry-run'] : ['install']),
    '--no-recommends',
    '--oldpackage',
    '--allow-unsigned-rpm',
    '--',
    ...files.map(({ path }) => path),
  ];
}

async function findDeviation(folder: string, files: readonly PackageFile[]): Promise<string | null> {
  const result = await runCommand('zypper', zypperArguments(folder, files, true));
  const text = result.stdout.toString('utf8');
  const summary = parseSummary(text);
  if (summary === null || result.code !== 0)
    return hostLine(`zypper refuses: ${readComplaints(text) || `it ended with ${result.code}`}`, 2000);
  if (summary.removes.length > 0) return `it would also remove ${summary.removes.join(', ')}`;
  return compareSteps(files, summary.steps);
}

/** zypper with local files only. `folder` is root's own. */
export function zypperChanger(folder: string): PackageChanger {
  return {
    ...rpmChanger({ files: [], pid_files: ['/run/zypp.pid', '/var/run/zypp.pid'] }),
    findDeviation: (files) => findDeviation(folder, files),
    install: (files) => [{ command: 'zypper', args: zypperArguments(folder, files, false) }],
  };
}
