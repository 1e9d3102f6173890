import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { instant } from './endpoint.ts';
import { stateCounts } from './inventory.ts';

export const kpi = z.object({
  id: z.enum(['patch_success_rate', 'time_to_patch', 'compliance_rate']),
  title: z.string(),
  /** The formula in a sentence, with its population and what it leaves out. */
  definition: z.string(),
  unit: z.enum(['percent', 'seconds']),
  /** Null is "no data": an empty population is never 100 %. */
  value: z.number().nullable(),
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
  /** time_to_patch: median and 90th percentile beside the mean in `value`. */
  median: z.number().nullable(),
  p90: z.number().nullable(),
  /** The counted rows themselves, newest first, at most 1,000. */
  rows: z.array(
    z.object({ subject: z.string(), counted: z.string(), value: z.number().nullable(), at: instant.nullable() }),
  ),
  as_of: instant,
});

export const kpisEndpoints = {
  listKpis: {
    method: 'GET',
    path: '/api/v1/kpis',
    summary: 'Success rate, time to patch and compliance, each with its formula and counted rows',
    permission: 'kpis:read',
    response: z.object({ data: z.array(kpi), next_cursor: z.null() }),
  },
  readOverview: {
    method: 'GET',
    path: '/api/v1/overview',
    summary: 'Are we safe, are we on time, what needs me?',
    permission: 'kpis:read',
    response: z.object({
      as_of: instant,
      needs_me: z.array(z.object({ kind: z.string(), text: z.string(), href: z.string(), due_at: instant.nullable() })),
      exposure: z.object({ act: z.int(), attend: z.int(), track_star: z.int(), track: z.int() }),
      assets: stateCounts,
      rollouts: z.array(z.object({ id: z.string(), sentence: z.string(), state: z.string() })),
      recent: z.array(z.object({ at: instant, actor: z.string(), text: z.string() })),
      /** The first-run check-list; null once all of it is done. */
      first_run: z
        .array(z.object({ id: z.string(), text: z.string(), is_done: z.boolean(), href: z.string().nullable() }))
        .nullable(),
      feeds_stale: z.array(z.string()),
    }),
  },
} as const satisfies Record<string, Endpoint>;
