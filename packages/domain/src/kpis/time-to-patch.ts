export interface TimeToPatch {
  /** Seconds, rounded to whole ones; null for no patch at all. */
  mean: number | null;
  median: number | null;
  p90: number | null;
  count: number;
}

/** Seconds from one instant to a later one (RFC 3339); a clock that was set back in between makes it 0, never less. */
export function secondsBetween(from: string, until: string): number {
  return Math.max(0, Math.round((Date.parse(until) - Date.parse(from)) / 1000));
}

/**
 * How long patches took from being available to being effective, over those that are effective: mean, median (the mean
 * of the middle two for an even count) and 90th percentile (nearest rank: the smallest that nine in ten do not exceed).
 */
export function timeToPatch(seconds: readonly number[]): TimeToPatch {
  const sorted = [...seconds].sort((a, b) => a - b);
  const count = sorted.length;
  const at = (index: number) => sorted[index] ?? 0;
  if (count === 0) return { mean: null, median: null, p90: null, count };
  let sum = 0;
  for (const each of sorted) sum += each;
  return {
    mean: Math.round(sum / count),
    median: Math.round((at(Math.floor((count - 1) / 2)) + at(Math.floor(count / 2))) / 2),
    // In whole numbers: 0.9 * 10 must be 9, not a hair more.
    p90: at(Math.ceil((9 * count) / 10) - 1),
    count,
  };
}
