/**
 * When a host checks in next (Unix milliseconds): the first time after `now` whose seconds, less the phase, are a multiple
 * of the interval. So a fleet stays spread over the interval, whatever made one of it check in between.
 */
export function nextCheckIn(now: number, { check_in_seconds, phase_seconds }: Schedule): number {
  const every = check_in_seconds * 1000;
  const since = (now - phase_seconds * 1000) % every;
  return now + every - (since < 0 ? since + every : since);
}

/** As the server assigns it. */
export interface Schedule {
  check_in_seconds: number;
  phase_seconds: number;
}
