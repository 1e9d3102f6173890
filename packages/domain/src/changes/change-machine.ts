export const CHANGE_STATES = [
  'planning',
  'in_review',
  'approved',
  'running',
  'done',
  'done_with_failures',
  'rolled_back',
  'unplannable',
  'rejected',
  'cancelled',
  'expired',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

export const CHANGE_EVENTS = [
  'planned',
  'plan_failed',
  'quorum_met',
  'reject',
  'cancel',
  'expire',
  'start',
  'succeed',
  'end_with_failures',
  'roll_back',
] as const;
export type ChangeEvent = (typeof CHANGE_EVENTS)[number];

/** The only moves a change can make. A state without a row is where it ends. */
export const CHANGE_TRANSITIONS = {
  planning: { planned: 'in_review', plan_failed: 'unplannable', cancel: 'cancelled' },
  in_review: { quorum_met: 'approved', reject: 'rejected', cancel: 'cancelled', expire: 'expired' },
  approved: { start: 'running', reject: 'rejected', cancel: 'cancelled', expire: 'expired' },
  running: { succeed: 'done', end_with_failures: 'done_with_failures', roll_back: 'rolled_back' },
  // What was shipped can still be taken back, and that may fail.
  done: { roll_back: 'rolled_back', end_with_failures: 'done_with_failures' },
  done_with_failures: { roll_back: 'rolled_back' },
} as const satisfies Partial<Record<ChangeState, Partial<Record<ChangeEvent, ChangeState>>>>;

/** The state after an event, or null where the event is not possible. */
export function nextChangeState(state: ChangeState, event: ChangeEvent): ChangeState | null {
  const moves: Partial<Record<ChangeState, Partial<Record<ChangeEvent, ChangeState>>>> = CHANGE_TRANSITIONS;
  return moves[state]?.[event] ?? null;
}
