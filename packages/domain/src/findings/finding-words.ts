import type { ClearedBecause, FindingState } from './derived-finding.ts';

/** The states of a finding, and of what is none, as people say them. */
export const FINDING_WORDS = {
  affected: 'Affected',
  unfixed: 'No fix yet',
  will_not_fix: 'Will not be fixed',
  fix_deferred: 'Fix put off',
  end_of_life: 'Out of support, no fix',
  under_investigation: 'Under investigation',
  not_affected: 'Not affected',
  fixed: 'Fixed',
} as const satisfies Record<FindingState | 'not_affected' | 'fixed', string>;

/** Why a finding is over, in words. */
export const CLEARED_WORDS = {
  fixed: 'the fix is in effect',
  removed: 'the package was removed',
  no_longer_said: 'no feed says it any more',
  retired: 'the machine was retired',
  not_affected: 'VEX says that it is not affected',
} as const satisfies Record<ClearedBecause, string>;
