import { type FeedId, feeds } from './registry.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a feed is read from: `FLEETMEND_FEED_<ID>` names an address, a mirror, a file or a folder, else the publisher's own
 * address. `off` reads it from nowhere, so that only imports fill it; `on` reads it from its publisher on every site.
 */
export function feedSetting(id: FeedId, env: Environment = process.env): string {
  const own = ownSetting(id, env);
  return own === null || own === 'on' ? feeds[id].default_source : own;
}

/**
 * A file of public OpenPGP keys in `FLEETMEND_FEED_<ID>_KEYS`, or null: with it, whatever of the feed is not signed by one of
 * them is refused.
 */
export function feedKeys(id: FeedId, env: Environment = process.env): string | null {
  return env[`${variableOf(id)}_KEYS`]?.trim() || null;
}

/**
 * A file of OpenSSH public keys in `FLEETMEND_BUNDLE_KEYS`, one a line, or null: with it, a bundle of feeds that none of them has
 * signed is refused.
 */
export function bundleKeys(env: Environment = process.env): string | null {
  return env['FLEETMEND_BUNDLE_KEYS']?.trim() || null;
}

/** What the operator has set for a feed; null where nothing is set. */
export function ownSetting(id: FeedId, env: Environment = process.env): string | null {
  return env[variableOf(id)]?.trim() || null;
}

/** The variable that names a feed's source: `FLEETMEND_FEED_DEBIAN_DSA` for `debian-dsa`. */
export function variableOf(id: FeedId): string {
  return `FLEETMEND_FEED_${id.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The addresses in a setting: one, or several with spaces between them. None where it is a path. A publisher's series is
 * written out up to now; `isNewest` marks its last file, which the publisher may not have begun yet.
 */
export function addressesOf(setting: string, now: Date): { address: string; isNewest: boolean }[] {
  const words = setting.split(/\s+/);
  return words.every((word) => /^https?:\/\//.test(word)) ? words.flatMap((word) => writeOut(word, now)) : [];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function writeOut(address: string, now: Date): { address: string; isNewest: boolean }[] {
  const [series, year, month] = /\{(?:year:(\d{4})|month:(\d{4}-\d\d))\}/.exec(address) ?? [];
  if (series === undefined) return [{ address, isNewest: false }];
  const last = now.getUTCFullYear() * 12 + now.getUTCMonth();
  const first = Number((year ?? month)?.slice(0, 4)) * 12 + (month === undefined ? 0 : Number(month.slice(5)) - 1);
  const parts: string[] = [];
  for (let at = first; at <= last; at += month === undefined ? 12 : 1) {
    const own = String(Math.floor(at / 12));
    parts.push(month === undefined ? own : `${own}-${MONTHS[at % 12]}`);
  }
  return parts.map((part, i) => ({ address: address.replace(series, part), isNewest: i === parts.length - 1 }));
}
