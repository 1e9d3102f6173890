import { DEPLOYMENT_STATES } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import { ROLLOUT_STATES } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { blocker, hostText } from './inventory.ts';

export const deployment = z.object({
  asset: z.string(),
  hostname: z.string(),
  ring: z.string(),
  state: z.enum(DEPLOYMENT_STATES),
  attempt: z.int(),
  /** What happened last, in words, and its stable code. */
  detail: z.string(),
  code: z.string().nullable(),
  updated_at: instant,
  blocked_by: z.array(blocker),
});

/** Where a ring stands; one that its rollout never came to, because it ended before, was not reached. */
export const RING_STATES = [
  'waiting',
  'running',
  'baking',
  'paused',
  'passed',
  'stopped',
  'rolling_back',
  'rolled_back',
  'not_reached',
] as const;

export const rollout = z.object({
  id: z.string(),
  change: z.string(),
  title: z.string(),
  state: z.enum(ROLLOUT_STATES),
  reason: z.string().nullable(),
  /** The verdict in a sentence. */
  sentence: z.string(),
  started_at: instant,
  finished_at: instant.nullable(),
  ring: z.int(),
  rings: z.array(
    z.object({
      name: z.string(),
      state: z.enum(RING_STATES),
      total: z.int(),
      verified: z.int(),
      failed: z.int(),
      in_flight: z.int(),
      waiting: z.int(),
      rolled_back: z.int(),
      bake_until: instant.nullable(),
      /** What a ring of this size can prove: the failure rate that zero failures rule out at 95 % confidence. */
      proves: z.string(),
    }),
  ),
  gates: z.array(
    z.object({ name: z.string(), verdict: z.enum(['pass', 'fail', 'inconclusive', 'no_data']), detail: z.string() }),
  ),
  deployments: z.array(deployment),
  blocked_by: z.array(blocker),
  next_step: z.string(),
  /** What may be asked of it now. */
  actions: z.array(z.enum(['pause', 'resume', 'stop', 'rollback', 'retry'])),
});

const command = z.strictObject({ reason: hostText(2000).default('') });
const operate = (name: string, summary: string) =>
  ({
    method: 'POST',
    path: `/api/v1/rollouts/:id/${name}`,
    summary,
    permission: 'rollouts:operate',
    idempotency: 'required',
    params: idParam,
    body: command,
    response: rollout,
    problems: ['not-found', 'state-conflict'],
  }) as const satisfies Endpoint;

export const rolloutsEndpoints = {
  listRollouts: {
    method: 'GET',
    path: '/api/v1/rollouts',
    summary: 'Rollouts, newest first',
    permission: 'rollouts:read',
    query: pageQuery.extend({ state: z.enum(ROLLOUT_STATES).optional() }),
    response: page(rollout.omit({ deployments: true })),
  },
  startRollout: {
    method: 'POST',
    path: '/api/v1/rollouts',
    summary: 'Start an approved change',
    permission: 'rollouts:operate',
    idempotency: 'required',
    body: z.strictObject({ change: z.string().max(100) }),
    response: rollout,
    status: 201,
    problems: ['not-found', 'state-conflict'],
  },
  readRollout: {
    method: 'GET',
    path: '/api/v1/rollouts/:id',
    summary: 'One rollout: rings, gates, machines',
    permission: 'rollouts:read',
    params: idParam,
    response: rollout,
    problems: ['not-found'],
  },
  watchRollout: {
    method: 'GET',
    path: '/api/v1/rollouts/:id/events',
    summary: 'The rollout again each time it changes, as server-sent events',
    permission: 'rollouts:read',
    params: idParam,
    stream: 'events',
    response: rollout,
    problems: ['not-found'],
  },
  pauseRollout: operate('pause', 'Start nothing more; let machines in flight finish'),
  resumeRollout: operate('resume', 'Go on'),
  stopRollout: operate('stop', 'End it where it stands'),
  rollBackRollout: operate('rollback', 'Take back what was installed, as the change planned it'),
  retryRollout: operate('retry', 'Try the failed machines again'),
  readDeploymentLog: {
    method: 'GET',
    path: '/api/v1/rollouts/:id/deployments/:asset/log',
    summary: 'What the package manager said, line by line',
    permission: 'rollouts:read',
    params: z.object({ id: z.string().max(100), asset: z.string().max(253) }),
    query: pageQuery,
    response: page(z.object({ at: instant, step: z.string(), text: z.string() })),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
