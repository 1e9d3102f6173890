import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { software as softwareSchema } from '@fleetmend/api/inventory.ts';
import { parseDocument } from '@fleetmend/api/parse-document.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { readInventory } from '@fleetmend/domain/inventory/read-inventory.ts';
import { ECOSYSTEMS } from '@fleetmend/domain/versions/ecosystems.ts';
import { markOf } from '../package-managers/change-mark.ts';
import { log } from '../platform/log.ts';
import { findDocuments } from './find-documents.ts';

/** More components than this are no machine's. */
const MAX_COMPONENTS = 50_000;

/** The applications of a machine, read from the lock files and bills of materials that lie beside them. */
export interface Applications {
  list(): Promise<Software[]>;
  /** Whether a document that was found has changed since it was read; what is new is found by the next walk. */
  haveChanged(): boolean;
}

/** Folders that the machine's owner named, parted by colons as PATH is; none where nobody did. */
export function applicationFolders(setting = process.env['FLEETMEND_APPLICATION_FOLDERS'] ?? ''): string[] {
  return setting.split(':').filter((path) => path.startsWith('/'));
}

/** What is in these folders. A document that cannot be read is said in the log, and the others count. */
export function applicationsIn(folders: readonly string[]): Applications {
  let known: string[] = [];
  let mark = markOf(known);
  return {
    async list() {
      const { paths, cut_short } = await findDocuments(folders);
      if (cut_short !== null) log('the folders of applications hold more than is read', { limit: cut_short });
      known = paths;
      mark = markOf(known);
      const components: Software[] = [];
      for (const path of paths) components.push(...(await readComponents(path)));
      return components.slice(0, MAX_COMPONENTS);
    },
    haveChanged: () => markOf(known) !== mark,
  };
}

/** The packages of languages that one document names; what it says of the system's own packages the package manager knows better. */
export async function readComponents(path: string): Promise<Software[]> {
  try {
    const document = await parseDocument(path, await readFile(path, 'utf8'));
    const packages = readInventory(document, basename(path))?.packages ?? [];
    return packages.flatMap(({ ecosystem, name, version, source, source_version }) => {
      const found = ECOSYSTEMS.find((each) => each === ecosystem);
      if (found === undefined) return [];
      const module = encodeURI(path);
      const entry = softwareSchema.safeParse({
        ecosystem: found,
        name,
        version,
        architecture: 'all',
        source,
        source_version,
        module,
      });
      return entry.success ? [entry.data] : [];
    });
  } catch (error) {
    log('an application could not be read', { path, error: String(error) });
    return [];
  }
}
