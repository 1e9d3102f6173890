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
import { handedOver } from '../feeds/kept-files.ts';
import { isFeedId } from '../feeds/registry.ts';
import type { Ctx } from '../platform/context.ts';
import { loadKept, noteFailure } from './load-feed.ts';

/**
 * Loads a feed from an upload, for sites without internet. The upload goes to a file first, so that no transaction waits
 * for a slow sender. @throws Problem `not-found`, `feed-refused`
 */
export async function importFeed(ctx: Ctx, id: string, octets: Readable): Promise<Output<'importFeed'>> {
  if (!isFeedId(id)) throw new Problem('not-found', `There is no feed "${id}".`);
  try {
    await loadKept(ctx, id, { source: `${UPLOAD}${ctx.actor.label}` }, async (folder) => [
      handedOver('upload', await save(octets, join(folder, 'upload'), FEED_LIMITS.compressed_bytes)),
    ]);
  } catch (error) {
    if (error instanceof FeedBusy) throw new Problem('feed-refused', error.message);
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await noteFailure(ctx, id, error);
    await audit(ctx, id, error.message);
    throw new Problem('feed-refused', error.message);
  }
  await audit(ctx, id, null);
  return describeFeed(await readFeedRow(ctx.db, id), ctx.now);
}

function audit(ctx: Ctx, id: string, refused: string | null): Promise<void> {
  return recordAudit(ctx, { verb: 'feed.import', object: `feed/${id}`, detail: { refused } });
}
