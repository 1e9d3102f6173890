import { join } from 'node:path';
import { parseDocument } from '@fleetmend/api/parse-document.ts';
import { LOCK_FILES } from '@fleetmend/domain/inventory/lock-files/registry.ts';
import { literalsBeside, ROOT } from '../seeds.ts';
import { type FuzzTarget, toText } from '../target.ts';

/** Every kind of lock file, whatever the document looks like. */
export function targets(): FuzzTarget[] {
  return LOCK_FILES.map(lockFileTarget);
}

function lockFileTarget({ title, read }: (typeof LOCK_FILES)[number]): FuzzTarget {
  return {
    name: `lock-file:${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
    isStream: false,
    source: join(ROOT, 'packages/domain/src/inventory/lock-files'),
    seeds: () => literalsBeside(join(ROOT, 'packages/domain/src/inventory/lock-files/registry.ts')),
    run: async (input) => read(await parseDocument('a lock file', toText(input))),
  };
}
