import { formatDuration } from '../ui/format-time.ts';

/** How old a feed's data is against what is allowed, as in `3 h of 24 h`. `now` in milliseconds. */
export function ageInWords(feed: { last_success_at: string | null; max_age_hours: number }, now: number): string {
  const limit = formatDuration(feed.max_age_hours * 3600);
  if (feed.last_success_at === null) return `never loaded, limit ${limit}`;
  return `${formatDuration((now - Date.parse(feed.last_success_at)) / 1000)} of ${limit}`;
}
