import { instant } from '@fleetmend/api/endpoint.ts';
import { EVENT_NAMES } from '@fleetmend/api/notifications.ts';
import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { deliver } from './deliver.ts';
import { forgetDeliveries } from './notification.store.ts';
import { notify } from './notify.ts';

const DAY_MILLISECONDS = 86_400_000;
const KEPT_DAYS = 30;
/** Longer than any delivery is tried for. */
const LOST_DAYS = 2;

/** What subscribes to events: the webhook. */
export const notificationsJobs: Record<string, Job> = {
  'platform.event': job(
    z.object({ event: z.enum(EVENT_NAMES), at: instant, data: z.record(z.string(), z.unknown()) }),
    notify,
  ),
  'notifications.deliver': job(z.object({ delivery: z.string() }), (ctx, { delivery }) => deliver(ctx, delivery), {
    is_own_transaction: true,
  }),
  'notifications.forget': job(
    z.object({}),
    (ctx) => {
      const daysAgo = (days: number) => new Date(ctx.now.getTime() - days * DAY_MILLISECONDS);
      return forgetDeliveries(ctx.db, daysAgo(KEPT_DAYS), daysAgo(LOST_DAYS));
    },
    { schedule: '17 3 * * *' },
  ),
};
