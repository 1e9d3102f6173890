/** What must hold on a machine after a patch: a unit that is active, or an address that answers. */
export type Gate = { kind: 'systemd'; unit: string } | { kind: 'http'; url: string; expect_status: number };

/** Local times at which work may begin: on these days, from `start` (`22:00`) in the time zone, for `duration` (`4h`). */
export interface PolicyWindow {
  tz: string;
  days: readonly Weekday[];
  start: string;
  duration: string;
}

/** In the order of `Date.prototype.getUTCDay`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What a policy says, every absent key filled in: the same shape as the contract's `policySpec`. */
export interface PolicySpec {
  name: string;
  owner: string | null;
  select: string;
  rings: readonly { name: string; select: string; max_in_flight: number; bake: string }[];
  window: PolicyWindow | null;
  approvals: { quorum: number };
  gates: readonly Gate[];
  on_gate_fail: 'pause' | 'rollback';
  reboot: 'if-needed' | 'never';
}
