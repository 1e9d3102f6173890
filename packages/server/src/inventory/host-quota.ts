/** What one host may still ask for and bring; kept in memory, since a host cannot make the server restart. */
export interface Quota {
  tokens: number;
  at: number;
  day: number;
  new_lines: number;
  /** Of bodies, unpacked: what they cost to read and to keep. */
  bytes: number;
}

/** Far above any honest host (a check-in a minute, a hundred log lines a second), far below what hurts others. */
const REQUESTS_PER_SECOND = 100;
const BURST = 300;
const DAY = 86_400_000;
/** Packages nobody had before: an image with every language's packages has a few thousand. */
const NEW_LINES_PER_DAY = 25_000;
const REPORT_BYTES_PER_DAY = 64 * 1024 * 1024;

export function openQuota(): Quota {
  return { tokens: BURST, at: 0, day: 0, new_lines: 0, bytes: 0 };
}

/** Whether a host may send a request that costs as much as so many now (milliseconds); it then has so many less. */
export function mayAsk(quota: Quota, now: number, cost: number): boolean {
  quota.tokens = Math.min(BURST, quota.tokens + ((now - quota.at) / 1000) * REQUESTS_PER_SECOND);
  quota.at = now;
  if (quota.tokens < cost) return false;
  quota.tokens -= cost;
  return true;
}

/** Whether a host may have so many new dictionary entries today; what is refused counts for nothing. */
export function mayName(quota: Quota, newLines: number, now: number): boolean {
  beginDay(quota, now);
  if (quota.new_lines + newLines > NEW_LINES_PER_DAY) return false;
  quota.new_lines += newLines;
  return true;
}

/** Whether a host may bring another report today. */
export function mayReport(quota: Quota, now: number): boolean {
  beginDay(quota, now);
  return quota.bytes < REPORT_BYTES_PER_DAY;
}

function beginDay(quota: Quota, now: number): void {
  const day = Math.floor(now / DAY);
  if (quota.day !== day) Object.assign(quota, { day, new_lines: 0, bytes: 0 });
}
