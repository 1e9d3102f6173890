/**
 * The failure rate, in percent rounded to one digit, that no failure among n machines rules out at 95 % confidence:
 * 1 − 0.05^(1/n), the exact binomial bound (Clopper–Pearson for zero events).
 */
export function ruledOutFailureRate(machines: number): number {
  if (machines <= 0) return 100;
  return Math.round((1 - 0.05 ** (1 / machines)) * 1000) / 10;
}
