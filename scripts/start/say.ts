/** One line for what holds. */
export function yes(text: string): void {
  console.log(`✓ ${text}`);
}

/** One sentence for what does not, and what to do about it. */
export function no(text: string): void {
  console.error(`✗ ${text}`);
}

/** A stopwatch: call the result for the time since, like `1.4 s`. */
export function saySeconds(): () => string {
  const began = performance.now();
  return () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
