import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { packBundle } from '../../packages/api/src/feed-bundle.ts';
import { readFeedFile } from '../../packages/cli/src/read-feed-file.ts';
import { readInventoryFile } from '../../packages/cli/src/read-inventory-file.ts';
import { FEED_LIMITS } from '../../packages/server/src/feeds/feed-limits.ts';
import { openFeed, parseFiles } from '../../packages/server/src/feeds/open-feed.ts';
import { readBundle } from '../../packages/server/src/feeds/read-bundle.ts';
import { textLines } from '../../packages/server/src/feeds/text-lines.ts';
import { filesIn, literalsBeside, ROOT, sharedFiles } from '../seeds.ts';
import type { FuzzTarget } from '../target.ts';

const NAMED = Buffer.from('cve,epss,percentile\nCVE-2026-0001,0.5,0.9\n');
const FILE = { name: 'epss.csv', sha256: createHash('sha256').update(NAMED).digest('hex'), bytes: NAMED.length };
const TAKEN = '2026-01-01T00:00:00.000Z';
const FEED = { feed: 'epss', source: 'made', taken_at: TAKEN, published_at: null, files: [FILE] };
const MANIFEST = Buffer.from(JSON.stringify({ format: 'fleetmend-feeds/1', made_at: TAKEN, feeds: [FEED] }));
const BUNDLE = await buffer(
  packBundle([
    { name: 'manifest.json', bytes: MANIFEST.length, content: Readable.from([MANIFEST]) },
    { name: 'epss/epss.csv', bytes: NAMED.length, content: Readable.from([NAMED]) },
  ]),
);

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
      name: 'file:feed-bundle',
      isStream: false,
      source: join(ROOT, 'packages/server/src/feeds'),
      seeds: () => [BUNDLE],
      run: (input) => readBundle(Readable.from([input]), { folder: join(folder, 'bundle'), keys: null }),
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
