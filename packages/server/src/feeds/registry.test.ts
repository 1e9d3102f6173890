import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedRefused } from './feed-errors.ts';
import { feedSetting } from './feed-setting.ts';
import type { FeedHeader, FeedSource } from './feed-source.ts';
import { feeds, isFeedId } from './registry.ts';

const files = readdirSync(new URL('sources/', import.meta.url)).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
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
    for (const address of [source.homepage, source.default_source]) expect(new URL(address).protocol).toBe('https:');
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
});

test('a setting of the environment comes before the publisher', () => {
  expect(feedSetting('kev', {})).toBe(feeds.kev.default_source);
  expect(feedSetting('kev', { FLEETMEND_FEED_KEV: ' /srv/mirror/kev.json ' })).toBe('/srv/mirror/kev.json');
  expect(feedSetting('kev', { FLEETMEND_FEED_KEV: '' })).toBe(feeds.kev.default_source);
});
