import { emptyInventory, type InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { readApkInstalled } from '@fleetmend/domain/inventory/read-apk-installed.ts';
import { readDpkgStatus } from '@fleetmend/domain/inventory/read-dpkg-status.ts';
import { readInventoryJson } from '@fleetmend/domain/inventory/read-inventory-json.ts';
import { readRpmList } from '@fleetmend/domain/inventory/read-rpm-list.ts';
import { readSysteminfo } from '@fleetmend/domain/inventory/read-systeminfo.ts';
import { CliError } from './cli-error.ts';
import { inflatedBytes } from './inflated-lines.ts';

const MAX_BYTES = 256 * 1024 ** 2;

/**
 * Reads an inventory of any known form, told by what stands in it.
 * @throws CliError (usage) when it cannot be read, or is of no known form, or has nothing in it.
 */
export async function readInventoryFile(path: string): Promise<InstalledInventory> {
  const text = decodeText(await readAll(path));
  const inventory = readText(path, text);
  const isEmpty = inventory.packages.length === 0 && inventory.sources.length === 0 && inventory.windows === null;
  if (isEmpty) throw new CliError('usage', `${path} names no package`);
  return inventory;
}

function readText(path: string, text: string): InstalledInventory {
  if (/^\s*[{[]/.test(text)) return readJson(path, text);
  if (/^P:\S/m.test(text) && /^V:\S/m.test(text)) return readApkInstalled(text);
  if (/^Package: *\S/m.test(text)) return readDpkgStatus(text);
  if (/Windows/i.test(text) && /-based PC/i.test(text)) {
    const windows = readSysteminfo(text);
    if (windows === null) throw new CliError('usage', `${path} looks like systeminfo, but names no Windows known here`);
    return { ...emptyInventory(null), windows };
  }
  const packages = readRpmList(text);
  if (packages !== null) return packages;
  throw new CliError('usage', `${path} is no inventory that is known here`, {
    fix: 'Give an inventory.json, a CycloneDX or SPDX document in JSON, a dpkg status file, the output of rpm -qa, an apk installed file, or the text of systeminfo.',
  });
}

function readJson(path: string, text: string): InstalledInventory {
  const inventory = readInventoryJson(parseJson(path, text));
  if (inventory === null) throw new CliError('usage', `${path} is JSON, but no inventory that is known here`);
  return inventory;
}

/** One document, or an object on each line: those are packages. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new CliError('usage', `${path} is not JSON: ${(error as Error).message}`);
    }
  }
}

async function readAll(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of inflatedBytes(path)) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new CliError('usage', `${path} is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Text in UTF-16 (by its mark, or by the zeros of Latin letters) or UTF-8; of an old code page only what is ASCII is
 * meant to be read, which is all that `systeminfo` needs.
 */
export function decodeText(bytes: Buffer): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes.length > 3 && bytes[1] === 0 && bytes[3] === 0))
    return new TextDecoder('utf-16le').decode(bytes);
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes.length > 3 && bytes[0] === 0 && bytes[2] === 0))
    return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
