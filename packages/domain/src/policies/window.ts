import { type PolicyWindow, WEEKDAYS } from './policy-spec.ts';

/** A time in which work may begin, half open: `from` belongs to it, `until` does not. RFC 3339 in UTC, with milliseconds. */
export interface TimeWindow {
  from: string;
  until: string;
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DAY_MILLISECONDS = 86_400_000;
const MINUTE_MILLISECONDS = 60_000;
/** How far an always-open policy reaches: what is approved today must not run in a year. */
export const ALWAYS_OPEN_DAYS = 14;

/** The seconds of a duration as policies write it (`90s`, `15m`, `4h`, `2d`); null for any other text. A day is 86,400 seconds. */
export function durationSeconds(text: string): number | null {
  const match = /^([1-9]\d{0,4})([smhd])$/.exec(text);
  const [, count, unit] = match ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** Whether the text names a time zone that this machine's data knows (`Europe/Berlin`, `UTC`). */
export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/**
 * The next windows from an instant on (RFC 3339), in order; one that is open at that instant counts, with its real
 * start. No window at all is one window of 14 days from the instant.
 *
 * Starts are local times, durations are elapsed time: a four-hour window lasts four hours in the night the clocks
 * change too. A start that the clocks skip moves forward to the first minute that exists; one that they show twice is
 * the first of the two.
 * @throws RangeError for a time zone or a duration that a checked policy cannot hold.
 */
export function nextWindows(window: PolicyWindow | null, from: string, count: number): TimeWindow[] {
  const start = Date.parse(from);
  if (window === null) return [toWindow(start, ALWAYS_OPEN_DAYS * DAY_MILLISECONDS)];
  const seconds = durationSeconds(window.duration);
  if (seconds === null) throw new RangeError(`not a duration: ${window.duration}`);
  const length = seconds * 1000;
  const clock = openClock(window.tz);
  const [hour = 0, minute = 0] = window.start.split(':').map(Number);
  const days = new Set<string>(window.days);
  const found = new Map<string, TimeWindow>();
  if (days.size === 0) return [];
  // Local midnight as if it were UTC: days are counted on the calendar, where none is longer than another.
  let day = Math.floor(clock.wall(start - length) / DAY_MILLISECONDS) * DAY_MILLISECONDS - DAY_MILLISECONDS;
  while (found.size < count) {
    const weekday = WEEKDAYS[new Date(day).getUTCDay()] ?? '';
    if (days.has(weekday)) {
      const opens = instantOf(clock, day + (hour * 60 + minute) * MINUTE_MILLISECONDS);
      const next = toWindow(opens, length);
      // A day that a zone skipped as a whole opens with the next one: one window, not two.
      if (opens + length > start) found.set(next.from, next);
    }
    day += DAY_MILLISECONDS;
  }
  return [...found.values()];
}

function toWindow(start: number, length: number): TimeWindow {
  return { from: new Date(start).toISOString(), until: new Date(start + length).toISOString() };
}

interface Clock {
  /** What the wall clock shows at an instant, as milliseconds of a UTC clock that shows the same. */
  wall(instant: number): number;
}

function openClock(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    wall(instant) {
      const part: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
      return Date.UTC(year, month - 1, day, hour, minute, second);
    },
  };
}

/** The first instant at which the wall clock shows this time, or, if it never does, the first minute after the gap. */
function instantOf(clock: Clock, wall: number): number {
  const offsetAt = (instant: number) => clock.wall(instant) - Math.floor(instant / 1000) * 1000;
  // No zone is further than a day from UTC, so these two lie on either side of any change of the clocks near `wall`.
  const before = offsetAt(wall - DAY_MILLISECONDS);
  const after = offsetAt(wall + DAY_MILLISECONDS);
  const shown = [wall - before, wall - after].filter((instant) => clock.wall(instant) === wall);
  if (shown.length > 0) return Math.min(...shown);
  // In the gap: the clocks change in (wall - after, wall - before]; the first minute with another offset is found by halves.
  let low = wall - after;
  let high = wall - before;
  while (high - low > MINUTE_MILLISECONDS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
