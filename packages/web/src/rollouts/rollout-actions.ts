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
      `Nothing more starts. What is in flight finishes: ${machines(sum(rollout, 'in_flight'))}. The rest waits until someone resumes: ${machines(sum(rollout, 'waiting'))}.`,
    done: 'paused',
    doing: 'pause the rollout',
  },
  {
    id: 'retry',
    endpoint: 'retryRollout',
    is_primary: false,
    is_danger: false,
    button: (rollout) =>
      `Retry ${sum(rollout, 'failed')} failed ${sum(rollout, 'failed') === 1 ? 'machine' : 'machines'}`,
    consequence: (rollout) =>
      `Each of them gets a new order: ${machines(sum(rollout, 'failed'))}. Machines that are verified are not touched.`,
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
      `Back to the packages from before, as the change planned it: ${machines(touched(rollout))}. A machine without a way back stays as it is. The vulnerabilities this cleared are open again afterwards.`,
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
      `The rollout ends where it stands and cannot be resumed. With the new packages: ${machines(sum(rollout, 'verified'))}, which keep them. Never reached by this change: ${machines(sum(rollout, 'waiting'))}. A package manager at work is not cut off.`,
    done: 'stopped',
    doing: 'stop the rollout',
  },
];

/** Machines that hold, or may hold, the new packages. */
function touched(rollout: Rollout): number {
  return sum(rollout, 'verified') + sum(rollout, 'in_flight') + sum(rollout, 'failed');
}
