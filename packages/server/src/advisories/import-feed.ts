import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { UPLOAD } from '../feeds/choose-feed.ts';
import { describeFeed } from '../feeds/describe-feed.ts';
import { save } from '../feeds/download-feed.ts';
import { readFeedRow } from '../feeds/feed.queries.ts';
import { FeedBusy, FeedRefused, FeedUnreachable } from '../feeds/feed-errors.ts';
import { FEED_LIMITS } from '../feeds/feed-limits.ts';
import { isFeedId } from '../feeds/registry.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { loadPath, noteFailure } from './load-feed.ts';

/**
 * Loads a feed from an upload, for sites without internet. The upload goes to a file first, so that no transaction waits
 * for a slow sender. @throws Problem `not-found`, `feed-refused`
 */
export async function importFeed(ctx: Ctx, id: string, octets: Readable): Promise<Output<'importFeed'>> {
  if (!isFeedId(id)) throw new Problem('not-found', `There is no feed "${id}".`);
  const folder = join(ctx.settings.data_dir, 'feeds');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${newId('upload', ctx.now)}.part`);
  try {
    await save(octets, path, FEED_LIMITS.compressed_bytes);
    const source = `${UPLOAD}${ctx.actor.label}`;
    await loadPath(ctx, id, { path, source, validators: { etag: null, last_modified: null } });
  } catch (error) {
    if (error instanceof FeedBusy) throw new Problem('feed-refused', error.message);
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await noteFailure(ctx, id, error);
    await audit(ctx, id, error.message);
    throw new Problem('feed-refused', error.message);
  } finally {
    await rm(path, { force: true });
  }
  await audit(ctx, id, null);
  return describeFeed(await readFeedRow(ctx.db, id), ctx.now);
}

function audit(ctx: Ctx, id: string, refused: string | null): Promise<void> {
  return recordAudit(ctx, { verb: 'feed.import', object: `feed/${id}`, detail: { refused } });
}
