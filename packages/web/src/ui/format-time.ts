/** Each unit with its length in seconds, and from how many of them on it is used: 59 days say more than 1 month. */
const UNITS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number, from: number][] = [
  ['year', 31_557_600, 2],
  ['month', 2_629_800, 2],
  ['day', 86_400, 1],
  ['hour', 3600, 1],
  ['minute', 60, 1],
  ['second', 1, 1],
];

/** A difference in words, as in `3 hours ago` or `in 2 days`; `seconds` is then minus now. */
export function formatRelative(seconds: number, locale: string): string {
  if (Math.abs(seconds) < 1) return 'now';
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'long' });
  const [unit, size] = UNITS.find(([, length, from]) => Math.abs(seconds) >= from * length) ?? ['second', 1];
  return words.format(Math.trunc(seconds / size), unit);
}

/** A length of time with its two largest units, as in `2 d 4 h`; `0 s` for none. */
export function formatDuration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(left / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    left -= count * size;
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** Date and time with its zone: a time without one is nobody's time. `zone` null takes the reader's own. */
export function formatInstant(at: string | number | Date, zone: string | null, locale?: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
    ...(zone === null ? {} : { timeZone: zone }),
  }).format(new Date(at));
}

/** The time of day alone, with its zone. */
export function formatClock(at: Date, zone: string | null, locale?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZoneName: 'short',
    ...(zone === null ? {} : { timeZone: zone }),
  }).format(at);
}
