import { phaseSeconds } from '@fleetmend/api/host-state.ts';
import { SSH_READ_SECONDS } from '@fleetmend/domain/inventory/liveness.ts';
import type { Ctx } from '../../platform/context.ts';
import { readSshHosts, type SshMeans } from './read-ssh-hosts.ts';
import { lockDueHosts, readSshHostRow, type SshHostRow, writeDue } from './ssh-host.store.ts';

const PER_RUN = 500;

/** Reads the machines that are due. Each is claimed first, so that of several server processes one reads it. */
export async function readDueHosts(ctx: Ctx, means: SshMeans): Promise<void> {
  for (;;) {
    const due = await ctx.db.transaction().execute(async (db) => {
      const found = await lockDueHosts(db, ctx.now, PER_RUN);
      await writeDue(
        db,
        found.map(({ asset }) => ({ asset, at: nextDue(asset, ctx.now) })),
      );
      return found;
    });
    if (due.length > 0) await readSshHosts(ctx, means, due);
    if (due.length < PER_RUN) return;
  }
}

/** Reads one machine now, if it is still there. */
export async function readOneHost(ctx: Ctx, means: SshMeans, asset: string): Promise<void> {
  const host = await readSshHostRow(ctx.db, asset);
  if (host === null) return;
  await writeDue(ctx.db, [{ asset, at: nextDue(asset, ctx.now) }]);
  await readSshHosts(ctx, means, [host]);
}

/** The next time that is a machine's own: the interval, shifted by its phase, so that a fleet is spread over it. */
export function nextDue(asset: SshHostRow['asset'], now: Date): Date {
  const phase = phaseSeconds(asset, SSH_READ_SECONDS);
  const rounds = Math.floor((now.getTime() / 1000 - phase) / SSH_READ_SECONDS) + 1;
  return new Date((rounds * SSH_READ_SECONDS + phase) * 1000);
}
