const LONGEST_SECONDS = 300;

/**
 * Seconds to wait after this many failures in a row: doubling from one second up to five minutes, spread by half either
 * way so that a fleet does not come back all at once. `random` is in [0, 1).
 */
export function backoffSeconds(failures: number, random: number): number {
  const base = Math.min(LONGEST_SECONDS, 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return base * (0.5 + random);
}

/** Of the check-in interval, the share over which a fleet comes back after its server was gone. */
const COME_BACK_SHARE = 0.2;

/**
 * Seconds to wait before a request that was held open is held open again, when the server went away: spread evenly over a
 * share of the interval that the server assigns, so that a restart is not followed by all its hosts at once.
 */
export function comeBackSeconds(failures: number, random: number, checkInSeconds: number): number {
  return Math.max(backoffSeconds(failures, random), random * checkInSeconds * COME_BACK_SHARE);
}
