import { join } from 'node:path';
import type { FeedSource } from '../../packages/server/src/feeds/feed-source.ts';
import { feeds } from '../../packages/server/src/feeds/registry.ts';
import { filesIn, ROOT } from '../seeds.ts';
import { type FuzzTarget, inPieces } from '../target.ts';

/** Every feed of the registry, read as it streams in. */
export function targets(): FuzzTarget[] {
  return Object.values(feeds).map(feedTarget);
}

function feedTarget(source: FeedSource<unknown>): FuzzTarget {
  const fixtures = join(ROOT, 'packages/server/src/feeds/fixtures');
  return {
    name: `feed:${source.id}`,
    isStream: true,
    source: join(ROOT, `packages/server/src/feeds/sources/${source.id}.ts`),
    seeds: () => filesIn(fixtures, (name) => name.startsWith(`${source.id}.`) || name.startsWith(`${source.id}-`)),
    async run(input, chunk) {
      const items: unknown[] = [];
      for await (const some of source.parse(inPieces(input, chunk), () => undefined)) items.push(...some);
      return items;
    },
  };
}
