import { type FeedId, feeds } from './registry.ts';

/**
 * Where a feed is read from: `FLEETMEND_FEED_<ID>` names an address, a mirror, a file or a folder, else the publisher's own
 * address. `off` reads it from nowhere, so that only imports fill it.
 */
export function feedSetting(id: FeedId, env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env[`FLEETMEND_FEED_${id.toUpperCase()}`]?.trim() || feeds[id].default_source;
}

/**
 * A file of public OpenPGP keys in `FLEETMEND_FEED_<ID>_KEYS`, or null: with it, whatever of the feed is not signed by one of
 * them is refused.
 */
export function feedKeys(id: FeedId, env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  return env[`FLEETMEND_FEED_${id.toUpperCase()}_KEYS`]?.trim() || null;
}

/** Whether a setting is an address rather than a path. */
export function isAddress(setting: string): boolean {
  return /^https?:\/\//.test(setting);
}
