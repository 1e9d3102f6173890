import { createHash } from 'node:crypto';
import type { EventName } from '@fleetmend/api/notifications.ts';

/** What of an event leaves the house: ids, and nothing that a machine or a person wrote. The receiver reads the rest with a token. */
const IDS = ['change', 'rollout', 'asset', 'feed', 'patch', 'delivery'] as const;
const FOLDERS = { rollout: 'rollouts', change: 'changes', asset: 'assets', feed: 'feeds', patch: 'patches' } as const;

export interface PlatformEvent {
  event: EventName;
  at: string;
  data: Record<string, unknown>;
}

/** The body that is sent for an event: `{type, timestamp, data}` with ids and the address of the page that shows it. */
export function webhookBody({ event, at, data }: PlatformEvent, origin: string): string {
  const ids: Record<string, string> = {};
  for (const key of IDS) {
    const id = data[key];
    if (typeof id === 'string') ids[key] = id;
  }
  return JSON.stringify({ type: event, timestamp: at, data: { ...ids, url: `${origin}${pathOf(ids)}` } });
}

function pathOf(ids: Record<string, string>): string {
  for (const [key, folder] of Object.entries(FOLDERS)) {
    const id = ids[key];
    if (id !== undefined) return key === 'feed' ? `/${folder}` : `/${folder}/${encodeURIComponent(id)}`;
  }
  return '/';
}

/** The same for the same event, however often the queue hands it out. */
export function eventDigest({ event, at, data }: PlatformEvent): Buffer {
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([event, at, sorted]))
    .digest();
}
