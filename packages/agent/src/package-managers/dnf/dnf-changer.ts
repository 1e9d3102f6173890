import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { runCommand } from '../../platform/run-command.ts';
import { compareSteps } from '../compare-steps.ts';
import type { PackageChanger, PackageFile } from '../package-manager.ts';
import { rpmChanger } from '../rpm/rpm-changer.ts';
import { parseTransaction } from './parse-transaction.ts';

/**
 * dnf as the root half drives it: no repository and no plug-in, so that nothing but the proven files can be part of what
 * it decides, and nothing is removed that an upgrade does not replace. Signatures were checked when the files were fetched.
 */
function dnfArguments(folder: string, answer: '-y' | '--assumeno', files: readonly PackageFile[]): string[] {
  const settings = {
    install_weak_deps: '0',
    clean_requirements_on_remove: '0',
    installonly_limit: '0',
    localpkg_gpgcheck: '0',
    cachedir: join(folder, 'dnf-cache'),
  };
  return [
    answer,
    '--noplugins',
    '--disablerepo=*',
    ...Object.entries(settings).map(([key, value]) => `--setopt=${key}=${value}`),
    'install',
    '--',
    ...files.map(({ path }) => path),
  ];
}

async function findDeviation(folder: string, files: readonly PackageFile[]): Promise<string | null> {
  const result = await runCommand('dnf', dnfArguments(folder, '--assumeno', files));
  const transaction = parseTransaction(result.stdout.toString('utf8'));
  if (transaction.steps.length === 0) {
    const words = result.stderr.trim().split('\n').slice(-6).join(' ') || result.stdout.toString('utf8').trim();
    return hostLine(`dnf refuses: ${words}`, 2000);
  }
  if (transaction.removes.length > 0) return `it would also remove ${transaction.removes.join(', ')}`;
  const from = new Map(files.map(({ operation }) => [operation.package, operation.from]));
  return compareSteps(
    files,
    transaction.steps.map(({ name, version }) => ({ name, from: from.get(name) ?? null, to: version })),
  );
}

/** dnf with local files only. `folder` is root's own. */
export function dnfChanger(folder: string): PackageChanger {
  return {
    ...rpmChanger({ files: [], pid_files: ['/var/lib/dnf/rpmdb_lock.pid', '/var/cache/dnf/metadata_lock.pid'] }),
    findDeviation: (files) => findDeviation(folder, files),
    install: (files) => [{ command: 'dnf', args: dnfArguments(folder, '-y', files) }],
  };
}
