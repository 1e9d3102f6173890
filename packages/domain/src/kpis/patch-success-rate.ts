import type { DeploymentState } from '../rollouts/deployment-machine.ts';
import { percent } from './percent.ts';

/** How a deployment counts. Only the first four are attempts that have ended; the others are published apart. */
export type DeploymentOutcome =
  | 'verified'
  | 'failed'
  | 'timed_out'
  | 'rolled_back'
  | 'offline'
  | 'open'
  | 'not_attempted';

/**
 * How a deployment counts. What is installed but waits for its reboot or its probe is open, never a success; a machine
 * that fell silent before it was handed any order is offline: nothing was attempted on it.
 */
export function deploymentOutcome(state: DeploymentState, wasOrderHandedOut: boolean): DeploymentOutcome {
  switch (state) {
    case 'verified':
      return 'verified';
    case 'failed':
    case 'refused':
      return 'failed';
    case 'unreachable':
      return wasOrderHandedOut ? 'timed_out' : 'offline';
    case 'rolling_back':
    case 'rolled_back':
    case 'rollback_failed':
      return 'rolled_back';
    case 'skipped':
      return 'not_attempted';
    case 'queued':
    case 'installing':
    case 'installed':
    case 'rebooting':
    case 'observing':
    case 'probing':
      return 'open';
  }
}

export interface PatchSuccessRate {
  /** Per cent; null while no attempt has ended. */
  value: number | null;
  verified: number;
  attempted: number;
  apart: { offline: number; open: number; not_attempted: number };
}

/** verified ÷ (verified + failed + timed out + rolled back), over deployments: one machine's part of one rollout each. */
export function patchSuccessRate(outcomes: readonly DeploymentOutcome[]): PatchSuccessRate {
  const count = (outcome: DeploymentOutcome) => outcomes.filter((each) => each === outcome).length;
  const verified = count('verified');
  const attempted = verified + count('failed') + count('timed_out') + count('rolled_back');
  return {
    value: percent(verified, attempted),
    verified,
    attempted,
    apart: { offline: count('offline'), open: count('open'), not_attempted: count('not_attempted') },
  };
}
