import { type FeedId, feeds } from './registry.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a feed is read from: `FLEETMEND_FEED_<ID>` names an address, a mirror, a file or a folder, else the publisher's own
 * address. `off` reads it from nowhere, so that only imports fill it.
 */
export function feedSetting(id: FeedId, env: Environment = process.env): string {
  return ownSetting(id, env) ?? feeds[id].default_source;
}

/**
 * A file of public OpenPGP keys in `FLEETMEND_FEED_<ID>_KEYS`, or null: with it, whatever of the feed is not signed by one of
 * them is refused.
 */
export function feedKeys(id: FeedId, env: Environment = process.env): string | null {
  return env[`${variableOf(id)}_KEYS`]?.trim() || null;
}

/** What the operator has set for a feed; null where nothing is set. */
export function ownSetting(id: FeedId, env: Environment = process.env): string | null {
  return env[variableOf(id)]?.trim() || null;
}

/** The variable that names a feed's source: `FLEETMEND_FEED_DEBIAN_DSA` for `debian-dsa`. */
export function variableOf(id: FeedId): string {
  return `FLEETMEND_FEED_${id.toUpperCase().replaceAll('-', '_')}`;
}

/** The addresses in a setting: one, or several with spaces between them. None where it is a path. */
export function addressesOf(setting: string): string[] {
  const words = setting.split(/\s+/);
  return words.every((word) => /^https?:\/\//.test(word)) ? words : [];
}
