const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A span in its two largest units: `2 d 4 h`, `12 min`, `5 s`. Seconds in; only below a minute are seconds shown. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [name, size] = UNITS[at] ?? ['s', 1];
  const [nextName, nextSize] = UNITS[at + 1] ?? ['s', 1];
  const rest = size > 60 ? Math.floor((whole % size) / nextSize) : 0;
  const first = `${Math.floor(whole / size)} ${name}`;
  return rest > 0 ? `${first} ${rest} ${nextName}` : first;
}

/** How far an RFC 3339 instant is from `now`: `3 h ago`, `in 2 d`, `now`. Text that is no instant comes back as it is. */
export function relativeTime(instant: string, now: Date): string {
  const seconds = (Date.parse(instant) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return instant;
  if (Math.abs(seconds) < 1) return 'now';
  return seconds < 0 ? `${spanText(-seconds)} ago` : `in ${spanText(seconds)}`;
}
