import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import type { ChangeDocument, Operation, Target } from '@fleetmend/domain/changes/change-document.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { verifyOrder } from '@fleetmend/domain/deployments/verify-order.ts';
import type { PackageChanger } from '../package-managers/package-manager.ts';
import { appendDurably, keepWithin } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import type { ApplierFolder } from './applier-folder.ts';
import type { Journal } from './journal.ts';
import { readLocalLimits } from './local-limits.ts';
import { followOffered, readBinding, readEpoch } from './trust.ts';

export interface Means {
  folder: ApplierFolder;
  journal: Journal;
  changer: PackageChanger;
}

export type Judgement =
  | { accepted: true; document: ChangeDocument; target: Target; change: string; operations: Operation[] }
  | { accepted: false; code: string; detail: string };

/** A server that only ever sends nonsense must not fill the disk. */
const MAX_REFUSALS_BYTES = 8 * 1024 * 1024;

/** What a step would move: nothing for a reboot or a probe. */
function stepOperations(step: Order['step'], target: Target): Operation[] {
  if (step === 'install') return target.operations;
  return step === 'rollback' ? target.rollback.operations : [];
}

/** Judges an order by what this machine knows itself. Every refusal is written down, on disk and to the system log. */
export async function judgeOrder(means: Means, order: Order, waitedSeconds: number): Promise<Judgement> {
  const judgement = await judge(means, order, waitedSeconds);
  if (judgement.accepted) return judgement;
  const { code, detail } = judgement;
  keepWithin(means.folder.refusals, MAX_REFUSALS_BYTES);
  appendDurably(means.folder.refusals, {
    at: new Date().toISOString(),
    order: order.id,
    asset: order.asset,
    step: order.step,
    code,
    detail,
  });
  log('order refused', { order: order.id, step: order.step, code, detail });
  return judgement;
}

async function judge({ folder, journal, changer }: Means, order: Order, waitedSeconds: number): Promise<Judgement> {
  const binding = readBinding(folder);
  if (binding === null) return { accepted: false, code: 'not-bound', detail: 'This machine has not been enrolled.' };
  const limits = readLocalLimits();
  const claimed = parseChangeDocument(order.document)?.targets.find((target) => target.asset === binding.asset);
  const packages = await changer.readPackages(claimed ? [...claimed.operations, ...claimed.rollback.operations] : []);
  const verdict = verifyOrder(
    order,
    {
      ...binding,
      root: followOffered(folder, []).root,
      highest_epoch: readEpoch(folder),
      now: new Date().toISOString(),
      lease_expired: waitedSeconds > order.lease_seconds,
      installed: Object.fromEntries([...packages].map(([name, { version }]) => [name, version])),
      protected_packages: limits.protected_packages,
      max_operations: limits.max_operations,
    },
    parseChangeDocument,
    nodeCryptography,
  );
  if (!verdict.accepted) return verdict;
  const change = documentDigest(order.document, nodeCryptography);
  const isKnownInstall = [...journal.begun.values()].some(
    (begin) => begin.change === change && begin.step === 'install',
  );
  if (order.step === 'rollback' && !isKnownInstall) {
    return {
      accepted: false,
      code: 'install-unknown',
      detail: 'This change was never installed here, so there is nothing to take back.',
    };
  }
  const operations = stepOperations(order.step, verdict.target);
  return { accepted: true, document: verdict.document, target: verdict.target, change, operations };
}
