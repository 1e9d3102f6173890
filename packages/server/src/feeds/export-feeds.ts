import { join } from 'node:path';
import type { Output } from '@fleetmend/api/client.ts';
import type { BundleManifest } from '@fleetmend/api/feed-bundle.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { canonicalJson } from '@fleetmend/domain/canonical-json.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { listFeedRows, readFeedRow } from './feed.queries.ts';
import type { FeedRow } from './feed.store.ts';
import { findKept } from './kept-files.ts';
import { isFeedId } from './registry.ts';

/**
 * Says what a bundle of these feeds holds, or of all that are served: the files of the data in use, as they came.
 * @throws Problem `not-found`, `state-conflict`
 */
export async function exportFeeds(ctx: Ctx, ids: readonly string[]): Promise<Output<'exportFeeds'>> {
  const unknown = ids.find((id) => !isFeedId(id));
  if (unknown !== undefined) throw new Problem('not-found', `There is no feed "${unknown}".`);
  const feeds: BundleManifest['feeds'] = [];
  const left_out: { feed: string; because: string }[] = [];
  for (const row of await listFeedRows(ctx.db)) {
    if (ids.length > 0 ? !ids.includes(row.id) : row.last_success_at === null) continue;
    const kept = await findKept(ctx, row);
    if (kept === null || row.last_success_at === null) left_out.push({ feed: row.id, because: whyNot(row) });
    else {
      const files = kept.files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
      const { id: feed, source, last_success_at: taken_at, published_at } = row;
      feeds.push({ feed, source: source ?? '', taken_at, published_at, files });
    }
  }
  if (feeds.length === 0) throw new Problem('state-conflict', 'No feed is served from files that are kept here.');
  await recordAudit(ctx, { verb: 'feed.export', object: 'feeds', detail: { feeds: feeds.map(({ feed }) => feed) } });
  const manifest: BundleManifest = { format: 'fleetmend-feeds/1', made_at: ctx.now.toISOString(), feeds };
  return { manifest: canonicalJson(manifest), left_out };
}

function whyNot({ last_success_at, kept_in }: FeedRow): string {
  if (last_success_at === null) return 'it has never been loaded';
  if (kept_in === null) return 'it is read from a folder, which is carried as it is';
  return 'its files are not on this server; load it again';
}

/** Where a file of the data in use lies. @throws Problem `not-found` */
export async function findFeedFile(ctx: Ctx, id: string, name: string): Promise<{ path: string; bytes: number }> {
  const kept = isFeedId(id) ? await findKept(ctx, await readFeedRow(ctx.db, id)) : null;
  const file = kept?.files.find((each) => each.name === name);
  if (kept === null || file === undefined) throw new Problem('not-found', `There is no such file of "${id}".`);
  return { path: join(kept.folder, file.name), bytes: file.bytes };
}
