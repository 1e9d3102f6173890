import type { ClearedBecause, FindingState } from './derived-finding.ts';

/** The states of a finding, and of what is none, as people say them. */
export const FINDING_WORDS = {
  affected: 'affected',
  unfixed: 'no fix yet',
  will_not_fix: 'will not be fixed',
  fix_deferred: 'fix put off',
  end_of_life: 'out of support, no fix',
  under_investigation: 'under investigation',
  not_affected: 'not affected',
  fixed: 'fixed',
} as const satisfies Record<FindingState | 'not_affected' | 'fixed', string>;

/** Why a finding is over, in words. */
export const CLEARED_WORDS = {
  fixed: 'the fix is in effect',
  removed: 'the package was removed',
  no_longer_said: 'no feed says it any more',
  retired: 'the machine was retired',
  not_affected: 'VEX says that it is not affected',
} as const satisfies Record<ClearedBecause, string>;
