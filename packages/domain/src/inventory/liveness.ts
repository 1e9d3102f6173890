import type { ReachedBy } from './asset.ts';

/** Seconds between two readings of a machine that has no agent. */
export const SSH_READ_SECONDS = 300;

/** An asset without a check-in for this many of its intervals is silent, whatever it said last. */
export const STALE_AFTER_INTERVALS = 3;

/** Seconds between two words of a machine, by how it is reached. */
export function wordInterval(reachedBy: ReachedBy, checkInSeconds: number): number {
  return reachedBy === 'ssh' ? SSH_READ_SECONDS : checkInSeconds;
}

/**
 * Whether a machine's last word still counts: it never came, it still comes, it has stopped coming, it waits to be let in
 * by a person, or two machines come with one key, and nobody can tell whose word it is.
 */
export const LIVENESS = ['never', 'reporting', 'silent', 'waiting', 'cloned'] as const;
export type Liveness = (typeof LIVENESS)[number];

/** Whether a machine's last word still counts. Both times in milliseconds since 1970. */
export function isReporting(lastCheckIn: number | null, now: number, intervalSeconds: number): boolean {
  return livenessOf(lastCheckIn, now, intervalSeconds) === 'reporting';
}

/** Both times in milliseconds since 1970. */
export function livenessOf(lastCheckIn: number | null, now: number, intervalSeconds: number): Liveness {
  if (lastCheckIn === null) return 'never';
  return now - lastCheckIn <= STALE_AFTER_INTERVALS * intervalSeconds * 1000 ? 'reporting' : 'silent';
}
