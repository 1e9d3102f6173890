import type { Rollout } from './use-rollout.ts';

type Endpoint = 'pauseRollout' | 'resumeRollout' | 'stopRollout' | 'rollBackRollout' | 'retryRollout';

export interface Action {
  id: Rollout['actions'][number];
  endpoint: Endpoint;
  is_primary: boolean;
  is_danger: boolean;
  /** The verb with its object and number. */
  button(rollout: Rollout): string;
  /** What will happen, said before it does. */
  consequence(rollout: Rollout): string;
  /** What was done, for the announcement. */
  done: string;
  /** Ends the sentence "Could not …". */
  doing: string;
}

const sum = (rollout: Rollout, key: 'failed' | 'in_flight' | 'waiting' | 'verified') =>
  rollout.rings.reduce((total, ring) => total + ring[key], 0);

const machines = (count: number) => `${count} ${count === 1 ? 'machine' : 'machines'}`;

/** The verb with the machines it concerns, or with the rollout itself when none is left to wait. */
function withWaiting(verb: string, rollout: Rollout): string {
  const waiting = sum(rollout, 'waiting');
  return waiting === 0 ? `${verb} the rollout` : `${verb} ${machines(waiting)}`;
}

/** In the order of the buttons: the mild ones first. */
export const ACTIONS: readonly Action[] = [
  {
    id: 'resume',
    endpoint: 'resumeRollout',
    is_primary: true,
    is_danger: false,
    button: (rollout) => withWaiting('Resume', rollout),
    consequence: (rollout) =>
      `Machines that wait (${sum(rollout, 'waiting')}) start again when window, gates and bake allow it.`,
    done: 'resumed',
    doing: 'resume the rollout',
  },
  {
    id: 'pause',
    endpoint: 'pauseRollout',
    is_primary: false,
    is_danger: false,
    button: (rollout) => withWaiting('Pause', rollout),
    consequence: (rollout) =>
      `Nothing more starts. ${machines(sum(rollout, 'in_flight'))} in flight finish; ${machines(sum(rollout, 'waiting'))} wait until someone resumes.`,
    done: 'paused',
    doing: 'pause the rollout',
  },
  {
    id: 'retry',
    endpoint: 'retryRollout',
    is_primary: false,
    is_danger: false,
    button: (rollout) => `Retry ${sum(rollout, 'failed')} failed`,
    consequence: (rollout) =>
      `${machines(sum(rollout, 'failed'))} get a new order each. Machines that are verified are not touched.`,
    done: 'failed machines are tried again',
    doing: 'retry the failed machines',
  },
  {
    id: 'rollback',
    endpoint: 'rollBackRollout',
    is_primary: false,
    is_danger: true,
    button: (rollout) => `Roll back ${machines(touched(rollout))}`,
    consequence: (rollout) =>
      `${machines(touched(rollout))} go back to the packages they had, as the change planned it. Machines without a way back stay as they are. The vulnerabilities this cleared are open again afterwards.`,
    done: 'is being rolled back',
    doing: 'roll back',
  },
  {
    id: 'stop',
    endpoint: 'stopRollout',
    is_primary: false,
    is_danger: true,
    button: () => 'Stop for good',
    consequence: (rollout) =>
      `The rollout ends where it stands and cannot be resumed. ${machines(sum(rollout, 'verified'))} keep the new packages; ${machines(sum(rollout, 'waiting'))} never get them from this change. A package manager at work is not cut off.`,
    done: 'stopped',
    doing: 'stop the rollout',
  },
];

/** Machines that hold, or may hold, the new packages. */
function touched(rollout: Rollout): number {
  return sum(rollout, 'verified') + sum(rollout, 'in_flight') + sum(rollout, 'failed');
}
