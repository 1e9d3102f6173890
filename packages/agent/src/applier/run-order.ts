import { join } from 'node:path';
import type { Order, OrderResult } from '@fleetmend/domain/deployments/order.ts';
import type { PackageFile } from '../package-managers/package-manager.ts';
import { readBootMark } from '../platform/boot.ts';
import { writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import { runCommand } from '../platform/run-command.ts';
import { writeJournal } from './journal.ts';
import { type Judgement, judgeOrder, type Means } from './judge-order.ts';
import { readLocalLimits } from './local-limits.ts';
import { makeResult } from './make-result.ts';
import { writeNote } from './order-log.ts';
import { storedFiles, takeFile } from './package-store.ts';
import { findRemaining, type Remaining, repairPackages, runPackages } from './run-packages.ts';
import { raiseEpoch } from './trust.ts';
import { waitForLock } from './wait-for-lock.ts';

export interface OrderRequest {
  order: Order;
  waited_seconds: number;
  files: Record<string, string>;
  onAccepted: () => void;
}

type Accepted = Extract<Judgement, { accepted: true }>;
type Ending = Pick<OrderResult, 'outcome' | 'code' | 'detail'>;

/** Seconds since the request came, on a clock nobody can set. */
function stopwatch(): () => number {
  const from = performance.now();
  return () => (performance.now() - from) / 1000;
}

/**
 * Carries out one order and says how it ended. An order the journal already knows the end of is not run again. What is
 * not journalled as begun has changed nothing, so refusals and early failures may be tried anew.
 * @returns null when the machine is going down for the ordered reboot: the journal ends that order after the boot.
 */
export async function runOrder(means: Means, request: OrderRequest): Promise<OrderResult | null> {
  const { order } = request;
  const known = means.journal.results.get(order.id);
  if (known) return known;
  const elapsed = stopwatch();
  const judgement = await judgeOrder(means, order, request.waited_seconds);
  const { folder, changer } = means;
  const finish = (ending: Ending, started_at: string | null) =>
    makeResult({ order: order.id, ...ending, started_at }, changer, judgement.accepted ? judgement.operations : []);
  if (!judgement.accepted) return finish({ outcome: 'refused', code: judgement.code, detail: judgement.detail }, null);
  if (order.step === 'probe')
    return finish({ outcome: 'refused', code: 'not-a-root-step', detail: 'A probe needs no root.' }, null);
  raiseEpoch(folder, judgement.document.epoch);
  request.onAccepted();
  log('order accepted', { order: order.id, change: judgement.document.change, step: order.step });
  const note = (text: string) => writeNote(folder, order.id, text);
  const count = `signatures: ${order.signatures.length}, needed: ${judgement.document.quorum}`;
  note(`${judgement.document.change}: ${order.step} accepted (${count})`);
  const obstacle =
    (await prepare(means, request, judgement)) ?? (await judgeAgain(means, order, request.waited_seconds + elapsed()));
  if (obstacle !== null) return finish(obstacle, null);
  const started_at = new Date().toISOString();
  if (order.step === 'reboot') return reboot(means, order, judgement, started_at);
  const remaining = await findRemaining(means, judgement.operations);
  const { files } = storedFiles(folder, remaining.to_install);
  const direction = order.step === 'rollback' ? 'back' : 'forward';
  const deviation = files.length === 0 ? null : await changer.findDeviation(files, direction);
  if (deviation !== null) return finish({ outcome: 'failed', code: 'plan-deviates', detail: deviation }, null);
  await begin(means, order, judgement.change);
  return end(means, await finish(await act(means, order, { remaining, files }), started_at));
}

/** Does what is left to do: first what an earlier run left unpacked, then the files. */
async function act(
  means: Means,
  order: Order,
  { remaining, files }: { remaining: Remaining; files: PackageFile[] },
): Promise<Ending> {
  if (remaining.to_configure.length > 0) {
    const failure = await repairPackages(means, order, remaining.to_configure);
    if (failure !== null) return failure;
  }
  if (files.length > 0) return runPackages(means, order, files);
  return remaining.to_configure.length > 0
    ? { outcome: 'succeeded', code: 'installed', detail: 'what an earlier run had unpacked is now configured' }
    : { outcome: 'succeeded', code: 'already-in-place', detail: 'every package is already in the wanted version' };
}

async function begin(means: Means, order: Order, change: string): Promise<void> {
  if (order.step === 'probe') return;
  writeDurably(join(means.folder.orders, `${order.id}.json`), JSON.stringify(order));
  const automatic = order.step === 'reboot' ? [] : await means.changer.listAutomatic();
  const entry = {
    type: 'begin' as const,
    order: order.id,
    step: order.step,
    change,
    boot: readBootMark(),
    at: new Date().toISOString(),
    automatic,
  };
  writeJournal(means.folder.journal, means.journal, entry);
}

/** Writes the end of an order to the journal; from then on it is the only answer to that order. */
export function end(means: Means, result: OrderResult): OrderResult {
  writeJournal(means.folder.journal, means.journal, { type: 'end', order: result.order, result });
  log('order ended', { order: result.order, outcome: result.outcome, code: result.code });
  return result;
}

/** Files, room and the lock; a reboot needs only the lock, so that it never cuts somebody's dpkg in two. */
async function prepare(
  means: Means,
  { order, files: handed }: OrderRequest,
  judgement: Accepted,
): Promise<Ending | null> {
  const { folder, changer } = means;
  if (order.step !== 'reboot') {
    const ways =
      order.step === 'install'
        ? [...judgement.operations, ...judgement.target.rollback.operations]
        : judgement.operations;
    for (const operation of ways) {
      const trouble = takeFile(folder, operation, handed[operation.sha256]);
      if (trouble !== null) {
        log('file refused', { order: order.id, trouble });
        return { outcome: 'refused', code: 'file-mismatch', detail: trouble };
      }
    }
    const lack = await changer.findLackOfSpace(storedFiles(folder, judgement.operations).files);
    if (lack !== null) return { outcome: 'failed', code: 'no-space', detail: lack };
  }
  const note = (text: string) => writeNote(folder, order.id, text);
  const holder = await waitForLock({ changer, seconds: readLocalLimits().lock_wait_seconds, note });
  return holder === null
    ? null
    : { outcome: 'failed', code: 'package-manager-busy', detail: `the package manager is still in use by ${holder}` };
}

/** Copying and waiting may have taken the order out of its window or its lease. */
async function judgeAgain(means: Means, order: Order, waited: number): Promise<Ending | null> {
  const judgement = await judgeOrder(means, order, waited);
  return judgement.accepted ? null : { outcome: 'refused', code: judgement.code, detail: judgement.detail };
}

async function reboot(
  means: Means,
  order: Order,
  judgement: Accepted,
  started_at: string,
): Promise<OrderResult | null> {
  await begin(means, order, judgement.change);
  writeNote(means.folder, order.id, 'rebooting now');
  const failure = await startReboot();
  if (failure === null) return null;
  const result = { order: order.id, outcome: 'failed' as const, code: 'reboot-failed', detail: failure, started_at };
  return end(means, await makeResult(result, means.changer, []));
}

/** Asks systemd to reboot; null when it has agreed. */
export async function startReboot(): Promise<string | null> {
  const result = await runCommand('systemctl', ['reboot'], { timeout_seconds: 60 });
  return result.code === 0 ? null : `systemctl reboot ended with ${result.code}: ${result.stderr}`;
}
