import type { DeploymentState } from './deployment-machine.ts';

export const ROLLOUT_STATES = [
  'running',
  'paused',
  'rolling_back',
  'succeeded',
  'failed',
  'stopped',
  'rolled_back',
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** What the approved document fixes for the engine; it never changes while the rollout runs. */
export interface RolloutPlan {
  rings: readonly { name: string; assets: readonly string[]; max_in_flight: number; bake_seconds: number }[];
  has_gates: boolean;
  on_gate_fail: 'pause' | 'rollback';
  reboot: 'if-needed' | 'never';
  windows: readonly { from: string; until: string }[];
  /** Assets whose plan has a way back. */
  can_roll_back: ReadonlySet<string>;
}

/** One asset's part, as the engine sees it. Instants are RFC 3339 in UTC. */
export interface DeploymentRecord {
  ring: number;
  state: DeploymentState;
  /** Rises with each retry; a result of an earlier attempt changes nothing. */
  attempt: number;
  code: string | null;
  detail: string;
  /** When the present state began. */
  since: string;
  /** It has what the change brings, or, after an installation that failed half way, part of it. */
  is_installed: boolean;
  needs_reboot: boolean;
}

export interface RolloutModel {
  state: RolloutState;
  reason: string | null;
  ring: number;
  bake_until: string | null;
  /** Failures that a person has seen and resumed over. */
  accepted_failures: number;
  started_at: string;
  finished_at: string | null;
  deployments: Readonly<Record<string, DeploymentRecord>>;
}

export type RolloutEvent =
  | { type: 'tick' }
  | {
      type: 'result';
      asset: string;
      step: 'install' | 'reboot' | 'probe' | 'rollback';
      attempt: number;
      outcome: 'succeeded' | 'failed' | 'refused' | 'inconclusive';
      code: string;
      detail: string;
      reboot_required: boolean;
      /** The package manager was started: whatever the outcome, packages may have moved. */
      has_begun: boolean;
    }
  /** A report later than the result: what is in place now, and whether it runs. */
  | { type: 'observed'; asset: string; needs: 'nothing' | 'versions' | 'reboot'; detail: string }
  /** The order had not been handed out when the rollout was stopped. */
  | { type: 'withdrawn'; asset: string }
  | { type: 'pause' | 'stop' | 'roll_back'; reason: string }
  | { type: 'resume' | 'retry' };

export type RolloutEffect =
  | { type: 'order'; asset: string; step: 'install' | 'reboot' | 'probe' | 'rollback'; attempt: number }
  | { type: 'withdraw_orders' }
  | {
      type: 'emit';
      event: 'paused' | 'resumed' | 'stopped' | 'succeeded' | 'failed' | 'rolled_back' | 'gate_failed';
      detail: string;
    }
  | { type: 'emit_deployment'; event: 'failed' | 'refused'; asset: string; detail: string };

const IN_FLIGHT: ReadonlySet<DeploymentState> = new Set([
  'installing',
  'installed',
  'rebooting',
  'observing',
  'probing',
]);
const FAILURES: ReadonlySet<DeploymentState> = new Set(['failed', 'refused', 'unreachable', 'rollback_failed']);

export function isInFlight(state: DeploymentState): boolean {
  return IN_FLIGHT.has(state);
}

export function isFailure(state: DeploymentState): boolean {
  return FAILURES.has(state);
}

/** The model before its first step: everything queued. */
export function openRollout(plan: RolloutPlan, now: string): RolloutModel {
  const deployments: Record<string, DeploymentRecord> = {};
  for (const [ring, { assets }] of plan.rings.entries()) {
    for (const asset of assets) {
      deployments[asset] = {
        ring,
        state: 'queued',
        attempt: 1,
        code: null,
        detail: '',
        since: now,
        is_installed: false,
        needs_reboot: false,
      };
    }
  }
  return {
    state: 'running',
    reason: null,
    ring: 0,
    bake_until: null,
    accepted_failures: 0,
    started_at: now,
    finished_at: null,
    deployments,
  };
}

/** What may be asked of a rollout now. */
export function possibleActions(
  plan: RolloutPlan,
  model: RolloutModel,
): ('pause' | 'resume' | 'stop' | 'rollback' | 'retry')[] {
  const parts = Object.entries(model.deployments);
  const canRollBack = parts.some(([asset, { is_installed }]) => is_installed && plan.can_roll_back.has(asset));
  const canRetry = parts.some(([, { state }]) => ['failed', 'refused', 'unreachable'].includes(state));
  const isOpen = model.state === 'running' || model.state === 'paused';
  return [
    ...(model.state === 'running' ? (['pause'] as const) : []),
    ...(model.state === 'paused' ? (['resume'] as const) : []),
    ...(isOpen ? (['stop'] as const) : []),
    ...(canRollBack && model.state !== 'rolling_back' ? (['rollback'] as const) : []),
    ...(canRetry && isOpen ? (['retry'] as const) : []),
  ];
}
