import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedRefused } from './feed-errors.ts';
import { addressesOf, feedSetting } from './feed-setting.ts';
import type { FeedHeader, FeedSource } from './feed-source.ts';
import { feeds, isFeedId } from './registry.ts';

const files = readdirSync(new URL('sources/', import.meta.url)).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const NOW = new Date('2026-02-03T04:05:06Z');
const fixtures = readdirSync(new URL('fixtures/', import.meta.url));

async function parse(source: FeedSource<unknown>, bytes: Buffer) {
  const header: FeedHeader = {};
  const items: unknown[] = [];
  // In pieces of seven bytes, since nobody promises that a chunk ends where a record or a letter does.
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  for await (const some of source.parse(pieces(), (told) => Object.assign(header, told))) items.push(...some);
  return { header, items };
}

test('every file in sources/ is registered, and nothing else is', () => {
  expect(files.length).toBeGreaterThan(0);
  expect(Object.keys(feeds).sort()).toEqual(files.map((name) => name.slice(0, -3)).sort());
  for (const name of ['__proto__', 'constructor', 'toString', 'KEV', '']) expect(isFeedId(name)).toBe(false);
});

describe.each(Object.entries(feeds))('%s', (name, feed) => {
  const source: FeedSource<unknown> = feed;
  const fixture = fixtures.find((each) => each.startsWith(`${name}.`)) ?? '';
  const bytes = () => readFileSync(new URL(`fixtures/${fixture}`, import.meta.url));

  test('is called like its file, and says where it comes from', () => {
    expect(source.id).toBe(name);
    expect(source.title).not.toBe('');
    const addresses = addressesOf(source.default_source, NOW).map(({ address }) => address);
    for (const address of [source.homepage, ...addresses]) expect(new URL(address).protocol).toBe('https:');
    expect(addresses.join(' ')).toMatch(/^[^{}]+$/);
    expect(source.max_age_hours * 60).toBeGreaterThan(source.interval_minutes);
  });

  test('accepts its fixture', async () => {
    const { items } = await parse(source, bytes());
    expect(items.length).toBeGreaterThan(1);
  });

  test('answers any damage with records or a refusal, never with anything else', async () => {
    const whole = bytes();
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(60), fc.uint8Array({ maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        let mutant = whole;
        for (const [at, length, put] of damages)
          mutant = Buffer.concat([mutant.subarray(0, at), put, mutant.subarray(at + length)]);
        const outcome = await parse(source, mutant).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FeedRefused);
      }),
      { numRuns: 300 },
    );
  });

  test('refuses its fixture cut short within a record, and noise', async () => {
    const whole = bytes();
    const cut = whole.subarray(0, whole.lastIndexOf(','));
    await expect(parse(source, cut)).rejects.toThrow(FeedRefused);
    await expect(parse(source, Buffer.from('<!doctype html><title>Sign in to the Wi-Fi</title>'))).rejects.toThrow(
      FeedRefused,
    );
  });

  test('finds nothing in what is something else, which a load then refuses', async () => {
    for (const noise of ['\u0000\u0001\n', '7\n', '"text"\n', '[[1]]\n', '{"a":1}\n', '[null]\n']) {
      const outcome = await parse(source, Buffer.from(noise)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FeedRefused);
      else expect(outcome).toMatchObject({ items: [] });
    }
  });

  test('is not harmed by names that every object has, nor by nesting without end', async () => {
    const text = bytes().toString('utf8');
    const poison = '{"__proto__":{"polluted":1,"withdrawn":"2026-01-01"},"constructor":{"prototype":{"polluted":1}},';
    const poisoned = Buffer.from(text.replaceAll('{', poison).replaceAll(',}', '}'));
    const outcome = await parse(source, poisoned).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FeedRefused);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    for (const deep of ['[', '{"a":', '{"id":[']) {
      const started = performance.now();
      await expect(parse(source, Buffer.from(`${deep.repeat(100_000)}\n`))).rejects.toThrow(FeedRefused);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});

test('a setting of the environment comes before the publisher', () => {
  expect(feedSetting('kev', {})).toBe(feeds.kev.default_source);
  expect(feedSetting('kev', { FLEETMEND_FEED_KEV: ' /srv/mirror/kev.json ' })).toBe('/srv/mirror/kev.json');
  expect(feedSetting('kev', { FLEETMEND_FEED_KEV: '' })).toBe(feeds.kev.default_source);
  expect(feedSetting('debian-dsa', { FLEETMEND_FEED_DEBIAN_DSA: '/srv/dsa' })).toBe('/srv/dsa');
  expect(feedSetting('kev', { FLEETMEND_FEED_KEV: 'on' })).toBe(feeds.kev.default_source);
  expect(addressesOf(feedSetting('debian-dsa', {}), NOW)).toHaveLength(2);
  expect(addressesOf('/srv/a https://b', NOW)).toEqual([]);
});

test('a series is written out up to now, and its last file may not be there yet', () => {
  expect(addressesOf('https://a/{year:2024}.gz https://b', NOW)).toEqual([
    { address: 'https://a/2024.gz', isNewest: false },
    { address: 'https://a/2025.gz', isNewest: false },
    { address: 'https://a/2026.gz', isNewest: true },
    { address: 'https://b', isNewest: false },
  ]);
  const months = addressesOf('https://a/{month:2025-11}', NOW).map(({ address }) => address.slice(-8));
  expect(months).toEqual(['2025-Nov', '2025-Dec', '2026-Jan', '2026-Feb']);
});
