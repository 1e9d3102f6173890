import * as domain from '@fleetmend/domain/feeds/json-guard.ts';
import { FeedRefused } from './feed-errors.ts';

export interface JsonGuard {
  /** Looks at bytes before any parser does. @throws FeedRefused */
  check(chunk: Uint8Array): void;
  /** The next record begins: its bytes and members are counted anew. */
  nextRecord(): void;
}

/** Bounds what a JSON parser would have to hold: what is too much is no feed. */
export function createJsonGuard(limits: domain.JsonLimits): JsonGuard {
  const guard = domain.createJsonGuard(limits);
  return {
    check(chunk) {
      const complaint = guard.check(chunk);
      if (complaint !== null) throw new FeedRefused(complaint);
    },
    nextRecord: guard.nextRecord,
  };
}
