import { z } from 'zod';
import { type Job, job } from '../../platform/jobs.ts';
import type { SshMeans } from './read-ssh-hosts.ts';
import { readDueHosts, readOneHost } from './schedule-reads.ts';
import type { SshLogins } from './ssh-logins.ts';

/** The background work of machines without an agent; the logins are kept by this server process from one to the next. */
export function agentlessJobs(logins: SshLogins): Record<string, Job> {
  const means: SshMeans = { logins, quotas: new Map() };
  return {
    'inventory.read-ssh-hosts': job(z.looseObject({}), (ctx) => readDueHosts(ctx, means), {
      schedule: '* * * * *',
      is_own_transaction: true,
    }),
    'inventory.read-ssh-host': job(
      z.object({ asset: z.string() }),
      (ctx, { asset }) => readOneHost(ctx, means, asset),
      { is_own_transaction: true },
    ),
  };
}
