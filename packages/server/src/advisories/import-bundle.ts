import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Output } from '@fleetmend/api/client.ts';
import type { BundleManifest } from '@fleetmend/api/feed-bundle.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { UPLOAD } from '../feeds/choose-feed.ts';
import { FeedBusy, FeedOutdated, FeedRefused, FeedUnreachable } from '../feeds/feed-errors.ts';
import { bundleKeys } from '../feeds/feed-setting.ts';
import { handedOver, removeLeftovers } from '../feeds/kept-files.ts';
import { readBundle } from '../feeds/read-bundle.ts';
import { isFeedId } from '../feeds/registry.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { loadKept, noteFailure } from './load-feed.ts';

/** A clock that is a day ahead is one that is wrong: what it dates would keep out what comes after it. */
const DAY = 24 * 60 * 60 * 1000;

type Taken = Output<'importFeedBundle'>;

/**
 * Loads the feeds of a bundle, each all or nothing and under the same guard as any other load. A bundle that is not whole or
 * not signed by whom it should be changes nothing. @param begin is told once the bundle is known to be good, with what is left
 * to do. @throws Problem `feed-refused`
 */
export async function importBundle(
  ctx: Ctx,
  octets: Readable,
  begin: (load: () => Promise<Taken>) => Promise<Taken>,
): Promise<Taken> {
  const bundles = join(ctx.settings.data_dir, 'feeds', 'bundles');
  const folder = join(bundles, newId('bundle', ctx.now));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(bundles, ctx.now);
  try {
    const bundle = await readBundle(octets, { folder, keys: bundleKeys() });
    return await begin(() => loadBundle(ctx, bundle, folder));
  } catch (error) {
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await recordAudit(ctx, { verb: 'feed.import-bundle', object: 'feeds', detail: { refused: error.message } });
    throw new Problem('feed-refused', error.message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadBundle(
  ctx: Ctx,
  { manifest, signed_by }: Awaited<ReturnType<typeof readBundle>>,
  folder: string,
): Promise<Taken> {
  const feeds: Taken['feeds'] = [];
  for (const each of manifest.feeds) {
    const refused = await importOne(ctx, each, join(folder, each.feed));
    feeds.push({ feed: each.feed, taken_at: each.taken_at, refused });
  }
  await recordAudit(ctx, { verb: 'feed.import-bundle', object: 'feeds', detail: { signed_by, feeds } });
  return { made_at: manifest.made_at, signed_by, feeds };
}

/** Loads one feed of a bundle. @returns why it was refused, or null */
async function importOne(
  ctx: Ctx,
  { feed: id, source, files, ...dates }: BundleManifest['feeds'][number],
  unpacked: string,
): Promise<string | null> {
  if (!isFeedId(id)) return `This server knows no feed "${id}".`;
  const taken_at = new Date(dates.taken_at).toISOString();
  if (Date.parse(taken_at) > ctx.now.getTime() + DAY)
    return `It was taken in the future, at ${taken_at}: a clock is wrong.`;
  const origin = {
    source: `${UPLOAD}${ctx.actor.label}, in a bundle: ${source}`,
    taken_at,
    published_at: dates.published_at,
  };
  try {
    await loadKept(ctx, id, origin, async (folder) => {
      for (const { name } of files) await rename(join(unpacked, name), join(folder, name));
      return files.map(({ name, ...saved }) => handedOver(name, saved));
    });
    return null;
  } catch (error) {
    if (error instanceof FeedBusy || error instanceof FeedOutdated) return error.message;
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await noteFailure(ctx, id, error);
    return error.message;
  }
}
