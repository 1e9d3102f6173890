import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFeedFile } from '../../packages/cli/src/read-feed-file.ts';
import { readInventoryFile } from '../../packages/cli/src/read-inventory-file.ts';
import { FEED_LIMITS } from '../../packages/server/src/feeds/feed-limits.ts';
import { openFeed, parseFiles } from '../../packages/server/src/feeds/open-feed.ts';
import { textLines } from '../../packages/server/src/feeds/text-lines.ts';
import { filesIn, literalsBeside, ROOT, sharedFiles } from '../seeds.ts';
import type { FuzzTarget } from '../target.ts';

/** Files as a person or a publisher hands them over, packed or not: the ways in that see every form. */
export function targets(): FuzzTarget[] {
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-fuzz-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, input: Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, input);
    return path;
  };
  return [
    {
      name: 'file:feed-archive',
      isStream: false,
      source: join(ROOT, 'packages/server/src/feeds'),
      seeds: () => [],
      async run(input) {
        const { files, close } = await openFeed(put('feed', input), FEED_LIMITS);
        const lines: string[] = [];
        try {
          for await (const some of parseFiles(files, textLines, FEED_LIMITS)) lines.push(...some);
        } finally {
          await close();
        }
        return lines;
      },
    },
    {
      name: 'file:advisories',
      isStream: false,
      source: join(ROOT, 'packages/domain/src/advisories'),
      seeds: () => filesIn(join(ROOT, 'packages/server/src/feeds/fixtures')),
      run: (input) => readFeedFile(put('advisories', input), { rule: () => undefined, msrc: () => undefined }),
    },
    {
      name: 'file:inventory',
      isStream: false,
      source: join(ROOT, 'packages/domain/src/inventory'),
      seeds: () => [
        ...literalsBeside(join(ROOT, 'packages/domain/src/inventory/read-inventory.ts')),
        ...sharedFiles('inventories/windows').slice(0, 12),
        ...sharedFiles('inventories/tool_outputs_captured'),
      ],
      run: (input) => readInventoryFile(put('inventory', input)),
    },
  ];
}
