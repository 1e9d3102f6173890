import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import type { Direction, PackageFile, Program } from '../package-managers/package-manager.ts';
import { readTextIfThere } from '../platform/durable-file.ts';
import { writeJournal } from './journal.ts';
import type { Means } from './judge-order.ts';
import { logPath } from './order-log.ts';
import { storedFiles } from './package-store.ts';
import { runLogged } from './run-logged.ts';

/** How a step ended: what the result says, without what the machine looks like afterwards. */
export interface StepEnd {
  outcome: 'succeeded' | 'failed';
  code: string;
  detail: string;
}

/** What is left of a step: packages to install, and packages that are in place but not configured. */
export interface Remaining {
  to_install: Operation[];
  to_configure: Operation[];
}

/** Looks at the machine for what a step has still to do; nothing left means that it is done. */
export async function findRemaining(means: Means, operations: readonly Operation[]): Promise<Remaining> {
  const packages = await means.changer.readPackages(operations);
  const remaining: Remaining = { to_install: [], to_configure: [] };
  for (const operation of operations) {
    const found = packages.get(packageKey(operation));
    if (found?.version !== operation.to) remaining.to_install.push(operation);
    else if (!found.is_configured) remaining.to_configure.push(operation);
  }
  return remaining;
}

/** Runs programs one after the other; null when all succeeded, else which one did not, in words. */
async function run(means: Means, order: Order, programs: readonly Program[]): Promise<string | null> {
  for (const program of programs) {
    const code = await runLogged({
      ...program,
      log: logPath(means.folder, order.id),
      onStart: (pid, start) =>
        writeJournal(means.folder.journal, means.journal, { type: 'spawned', order: order.id, pid, start }),
    });
    if (code !== 0) return `${program.command} ended with ${code}: ${lastErrors(means, order)}`;
  }
  return null;
}

/** The package manager's own last words, for people. */
function lastErrors(means: Means, order: Order): string {
  const lines = (readTextIfThere(logPath(means.folder, order.id)) ?? '').split('\n');
  const errors = lines.filter((line) => /^(E:|[Ee]rror:|dpkg: error|dpkg: .*error|Errors were encountered)/.test(line));
  return hostLine((errors.length > 0 ? errors : lines.slice(-6)).slice(-8).join(' · '), 2000);
}

/** Ends what an interrupted run left half way; harmless when there is nothing. Null when that succeeded. */
export async function repairPackages(
  means: Means,
  order: Order,
  operations: readonly Operation[],
): Promise<StepEnd | null> {
  const { files } = storedFiles(means.folder, operations);
  const failure = await run(means, order, await means.changer.repair(files));
  if (failure !== null) return { outcome: 'failed', code: 'package-manager-failed', detail: failure };
  // No program may have been needed, and one that ended well may have mended nothing: the machine is asked.
  const { to_configure } = await findRemaining(means, operations);
  if (to_configure.length === 0) return null;
  const names = to_configure.map((operation) => `${operation.package} ${operation.to}`).join(', ');
  return { outcome: 'failed', code: 'versions-differ', detail: `still half way: ${names}` };
}

/** Runs the package manager on proven files and reports what is installed afterwards, not what it said. */
export async function runPackages(means: Means, order: Order, files: readonly PackageFile[]): Promise<StepEnd> {
  const direction: Direction = order.step === 'rollback' ? 'back' : 'forward';
  const operations = files.map((file) => file.operation);
  const begun = means.journal.begun.get(order.id);
  const failure = await run(means, order, means.changer.install(files, direction));
  await means.changer.markAutomatic(begun?.automatic ?? [], operations);
  const { to_install, to_configure } = await findRemaining(means, operations);
  const left = [...to_install, ...to_configure];
  if (failure !== null) return { outcome: 'failed', code: 'package-manager-failed', detail: failure };
  if (left.length > 0) {
    const detail = `the package manager said it was done, but not in place: ${left.map((operation) => `${operation.package} ${operation.to}`).join(', ')}`;
    return { outcome: 'failed', code: 'versions-differ', detail };
  }
  const detail = operations
    .map((operation) => `${operation.package} ${operation.from ?? '(new)'} → ${operation.to}`)
    .join(', ');
  return { outcome: 'succeeded', code: direction === 'back' ? 'rolled-back' : 'installed', detail };
}
