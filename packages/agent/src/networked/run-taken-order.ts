import { setTimeout as sleep } from 'node:timers/promises';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { makeResult } from '../applier/make-result.ts';
import type { Fetched, PackageManager } from '../package-managers/package-manager.ts';
import type { ApplierClient } from './applier-client.ts';
import { type Taken, waitedSeconds } from './order-intake.ts';
import type { Outbox } from './outbox.ts';
import { judgeReadings, probeGate } from './probe-gates.ts';

export interface OrderMeans {
  asset: string;
  folder: string;
  manager: PackageManager;
  applier: ApplierClient;
  outbox: Outbox;
  /** Whether the server has taken the order back meanwhile. */
  isWithdrawn(order: string): boolean;
}

/** Tries, a second apart, before a root half that does not answer is taken to be absent. */
const TRIES_BEFORE_ABSENT = 10;

function ownResult(
  taken: Taken,
  ending: Pick<OrderResult, 'outcome' | 'code' | 'detail'>,
  started_at: string | null = null,
): Promise<OrderResult> {
  return makeResult({ order: taken.order.id, ...ending, started_at }, null, []);
}

/**
 * Sees one order through to its result. Nothing is downloaded, measured or run before the root half has verified the
 * order; what the root half has begun is only ever joined, never begun again.
 */
export async function runTakenOrder(means: OrderMeans, taken: Taken): Promise<OrderResult> {
  const { order } = taken;
  const { applier, outbox } = means;
  const withdrawn = {
    outcome: 'refused',
    code: 'withdrawn',
    detail: 'The order was taken back before it began.',
  } as const;
  for (let tries = 0; ; tries++) {
    const status = await applier.status(order.id);
    if (status?.is_known) return order.step === 'probe' ? probe(means, taken) : join(means, taken, {});
    if (means.isWithdrawn(order.id)) return ownResult(taken, withdrawn);
    const verdict = status === null ? null : await applier.verify({ order, waited_seconds: probeWait(means, taken) });
    if (verdict?.accepted) break;
    if (verdict) return ownResult(taken, { outcome: 'refused', code: verdict.code, detail: verdict.detail });
    // Once accepted, the root half is only restarting, or the machine is: the journal has the answer.
    if (tries >= TRIES_BEFORE_ABSENT && !outbox.isAccepted(order.id)) {
      return ownResult(taken, {
        outcome: 'refused',
        code: 'observe-only',
        detail: 'This machine only observes: its root half does not answer.',
      });
    }
    await sleep(1000);
  }
  if (order.step === 'probe') return probe(means, taken);
  const fetched = await fetchFor(means, taken);
  if (fetched.error !== null) return ownResult(taken, { outcome: 'failed', ...fetched.error });
  if (means.isWithdrawn(order.id)) return ownResult(taken, withdrawn);
  return join(means, taken, Object.fromEntries(fetched.files));
}

/** A probe that was begun before a restart is measured again, whatever its lease says by now. */
function probeWait({ outbox }: OrderMeans, taken: Taken): number {
  return taken.order.step === 'probe' && outbox.isAccepted(taken.order.id) ? 0 : waitedSeconds(taken);
}

/** Downloads the way forward and the way back, so that the way back is there before the way forward is taken. */
async function fetchFor({ asset, folder, manager, outbox }: OrderMeans, { order }: Taken): Promise<Fetched> {
  const target = parseChangeDocument(order.document)?.targets.find((candidate) => candidate.asset === asset);
  if (!target || order.step === 'reboot') return { files: new Map(), error: null };
  const isInstall = order.step === 'install';
  const operations = isInstall ? [...target.operations, ...target.rollback.operations] : target.rollback.operations;
  outbox.log(order.id, `downloading ${operations.length} package files`, null);
  const fetched = await manager.fetchFiles(folder, operations);
  // The root half keeps the way back from the installation on; what cannot be had now it may well have.
  return isInstall ? fetched : { ...fetched, error: null };
}

async function join(means: OrderMeans, taken: Taken, files: Record<string, string>): Promise<OrderResult> {
  const { order } = taken;
  const { applier, outbox } = means;
  for (;;) {
    const end = await applier.run({
      request: {
        type: 'run',
        order,
        waited_seconds: waitedSeconds(taken),
        files,
        from_line: outbox.nextLine(order.id),
      },
      onAccepted: () => outbox.accept(order.id),
      onLog: (line, text) => outbox.log(order.id, text, line),
    });
    if (end.ended) return end.result;
    if (end.problem !== null)
      return ownResult(taken, { outcome: 'failed', code: 'applier-error', detail: end.problem });
    // The root half went away: it restarts, or the machine does. Its journal knows how far it came.
    await sleep(1000);
    const status = await applier.status(order.id);
    if (status !== null && !status.is_known) return runTakenOrder(means, taken);
  }
}

async function probe({ outbox }: OrderMeans, taken: Taken): Promise<OrderResult> {
  const { order } = taken;
  const started = new Date().toISOString();
  outbox.accept(order.id);
  const gates = parseChangeDocument(order.document)?.gates ?? [];
  const readings = await Promise.all(gates.map((gate) => probeGate(gate)));
  for (const reading of readings) outbox.log(order.id, hostLine(`${reading.verdict}: ${reading.detail}`), null);
  const { verdict, detail } = judgeReadings(readings);
  const ending = {
    passed: { outcome: 'succeeded', code: 'gates-passed' },
    failed: { outcome: 'failed', code: 'gate-failed' },
    inconclusive: { outcome: 'inconclusive', code: 'gate-inconclusive' },
  } as const;
  return ownResult(taken, { ...ending[verdict], detail }, started);
}
