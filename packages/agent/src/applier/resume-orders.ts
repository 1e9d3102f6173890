import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { order as orderSchema } from '@fleetmend/api/agent-protocol.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import type { Order, OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { readBootMark } from '../platform/boot.ts';
import { readJsonIfThere } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import type { Begin } from './journal.ts';
import type { Means } from './judge-order.ts';
import { makeResult } from './make-result.ts';
import { writeNote } from './order-log.ts';
import { storedFiles } from './package-store.ts';
import { processStart } from './run-logged.ts';
import { end, startReboot } from './run-order.ts';
import { findRemaining, repairPackages, runPackages, type StepEnd } from './run-packages.ts';
import { readBinding } from './trust.ts';
import { waitForLock } from './wait-for-lock.ts';

/** Orders the journal says were begun and not ended, oldest first. */
export function unfinishedOrders(means: Means): Begin[] {
  return [...means.journal.begun.values()].filter((begin) => !means.journal.results.has(begin.order));
}

/**
 * Ends one order that a crash interrupted, by looking at the machine and not by guessing: what is in place is done, what
 * is not is run again, which is harmless because a step names exact versions.
 * @returns null when the machine is going down for the reboot that was ordered.
 */
export async function resumeOrder(means: Means, begin: Begin): Promise<OrderResult | null> {
  log('resuming an interrupted order', { order: begin.order, step: begin.step });
  if (begin.step === 'reboot') return resumeReboot(means, begin);
  const stored = orderSchema.safeParse(readJsonIfThere(join(means.folder.orders, `${begin.order}.json`)));
  const operations = stored.success ? operationsOf(means, stored.data) : null;
  if (!stored.success || operations === null) {
    const lost = {
      outcome: 'failed' as const,
      code: 'interrupted',
      detail: 'the order was interrupted and its text is gone',
    };
    return end(means, await makeResult({ order: begin.order, ...lost, started_at: begin.at }, means.changer, []));
  }
  const ending = await finishPackages(means, stored.data, operations);
  return end(
    means,
    await makeResult({ order: begin.order, ...ending, started_at: begin.at }, means.changer, operations),
  );
}

/** The document was verified before the journal's `begin`; root's own copy of it is read here. */
function operationsOf({ folder }: Means, order: Order) {
  const asset = readBinding(folder)?.asset;
  const target = parseChangeDocument(order.document)?.targets.find((candidate) => candidate.asset === asset);
  if (!target) return null;
  return order.step === 'rollback' ? target.rollback.operations : target.operations;
}

async function finishPackages(
  means: Means,
  order: Order,
  operations: NonNullable<ReturnType<typeof operationsOf>>,
): Promise<StepEnd> {
  const note = (text: string) => writeNote(means.folder, order.id, text);
  note('the agent was interrupted during this step; finishing it');
  await waitForSurvivor(means, order.id);
  const holder = await waitForLock({ changer: means.changer, seconds: 3600, note });
  if (holder !== null)
    return {
      outcome: 'failed',
      code: 'package-manager-busy',
      detail: `interrupted, and ${holder} holds the package manager`,
    };
  await repairPackages(means, order, operations);
  const { to_install, to_configure } = await findRemaining(means, operations);
  if (to_install.length === 0) {
    await means.changer.markAutomatic(means.journal.begun.get(order.id)?.automatic ?? [], operations);
    const failure = to_configure.length === 0 ? null : await repairPackages(means, order, to_configure);
    const detail = 'interrupted, then found and finished in the wanted versions';
    return failure ?? { outcome: 'succeeded', code: 'resumed', detail };
  }
  const { files, missing } = storedFiles(means.folder, to_install);
  if (missing !== null)
    return { outcome: 'failed', code: 'interrupted', detail: `interrupted, and the file of ${missing} is gone` };
  const deviation = await means.changer.findDeviation(files, order.step === 'rollback' ? 'back' : 'forward');
  if (deviation !== null)
    return {
      outcome: 'failed',
      code: 'plan-deviates',
      detail: `interrupted; the rest is not what was approved: ${deviation}`,
    };
  const ended = await runPackages(means, order, files);
  return ended.outcome === 'succeeded' ? { ...ended, code: 'resumed' } : ended;
}

/** The package manager runs in a session of its own and outlives us; it is never started a second time beside itself. */
async function waitForSurvivor(means: Means, order: string): Promise<void> {
  const program = means.journal.spawned.get(order);
  while (program && processStart(program.pid) === program.start) await sleep(300);
}

async function resumeReboot(means: Means, begin: Begin): Promise<OrderResult | null> {
  const base = { order: begin.order, started_at: begin.at };
  if (readBootMark() !== begin.boot) {
    const done = { ...base, outcome: 'succeeded' as const, code: 'rebooted', detail: 'the machine has booted anew' };
    return end(means, await makeResult(done, means.changer, []));
  }
  const failure = await startReboot();
  if (failure === null) return null;
  return end(
    means,
    await makeResult({ ...base, outcome: 'failed', code: 'reboot-failed', detail: failure }, means.changer, []),
  );
}
