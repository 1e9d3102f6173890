const LONGEST_SECONDS = 300;

/**
 * Seconds to wait after this many failures in a row: doubling from one second up to five minutes, spread by half either
 * way so that a fleet does not come back all at once. `random` is in [0, 1).
 */
export function backoffSeconds(failures: number, random: number): number {
  const base = Math.min(LONGEST_SECONDS, 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return base * (0.5 + random);
}
