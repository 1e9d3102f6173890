import { createHash } from 'node:crypto';
import type { FeedRow } from './feed.store.ts';
import { feeds } from './registry.ts';

const JITTER_MILLISECONDS = 300_000;

/**
 * Whether a feed's next attempt is due: its interval after the last one, and up to five minutes more, so that not all of us
 * ask a publisher in the same second. The extra is drawn from the last attempt itself, so asking again gives the same answer.
 */
export function isFeedDue({ id, last_attempt_at }: Pick<FeedRow, 'id' | 'last_attempt_at'>, now: Date): boolean {
  if (last_attempt_at === null) return true;
  const draw = createHash('sha256').update(`${id} ${last_attempt_at}`).digest().readUInt32BE() % JITTER_MILLISECONDS;
  return now.getTime() >= Date.parse(last_attempt_at) + feeds[id].interval_minutes * 60_000 + draw;
}
