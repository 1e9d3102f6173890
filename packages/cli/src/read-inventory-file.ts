import { basename } from 'node:path';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { isSysteminfo, readInventory } from '@fleetmend/domain/inventory/read-inventory.ts';
import { CliError } from './cli-error.ts';
import { inflatedBytes } from './inflated-lines.ts';
import { readDocument } from './read-document.ts';
import { readRpmFile } from './read-rpm-file.ts';

const MAX_BYTES = 256 * 1024 ** 2;

/**
 * Reads an inventory of any known form, told by what stands in it.
 * @throws CliError (usage) when it cannot be read, or is of no known form, or has nothing in it.
 */
export async function readInventoryFile(path: string): Promise<InstalledInventory> {
  const bytes = await readAll(path);
  const inventory = await readInventoryBytes(path, bytes);
  if (inventory === null) throw unknownForm(path, decodeText(bytes));
  const isEmpty = inventory.packages.length === 0 && inventory.sources.length === 0 && inventory.windows === null;
  if (isEmpty && inventory.unidentified > 0)
    throw new CliError(
      'usage',
      `${path} names ${inventory.unidentified} components, and none by a package URL with a version or a CPE`,
    );
  if (isEmpty) throw new CliError('usage', `${path} names no package`);
  return inventory;
}

/**
 * Reads the bytes of an inventory; null when they are of no known form.
 * @throws CliError (usage) for a document that is broken.
 */
export async function readInventoryBytes(path: string, bytes: Buffer): Promise<InstalledInventory | null> {
  const rpm = await readRpmFile(path, bytes, null);
  if (rpm !== null && rpm.damaged > 0)
    throw new CliError('usage', `${path}: ${rpm.damaged} of its packages are damaged`);
  if (rpm !== null) return rpm.inventory;
  return readInventory(await readDocument(path, decodeText(bytes)), basename(path).replace(/\.gz$/, ''));
}

function unknownForm(path: string, text: string): CliError {
  if (isSysteminfo(text))
    return new CliError('usage', `${path} looks like systeminfo, but names no Windows known here`);
  if (/^ii +\S|^Listing\.\.\.$|^[a-z0-9][a-z0-9.+-]*\t[0-9]/m.test(text)) {
    return new CliError(
      'usage',
      `${path} lists packages of Debian without their sources, and its advisories go by sources`,
      {
        fix: 'Give /var/lib/dpkg/status.',
      },
    );
  }
  const what = /^\s*[{[]/.test(text) ? 'is JSON, but no inventory' : 'is no inventory';
  return new CliError('usage', `${path} ${what} that is known here`, {
    fix: 'Give an inventory.json, a CycloneDX or SPDX document, a lock file, a dpkg status file, the output of rpm -qa, an apk installed file, or the text of systeminfo.',
  });
}

/**
 * The text of a file, inflated where it is gzip.
 * @throws CliError (usage) when it cannot be read, or is too large.
 */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readAll(path));
}

async function readAll(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of inflatedBytes(path)) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new CliError('usage', `${path} is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Text in UTF-16 (by its mark, or by the zeros of Latin letters) or UTF-8, without its mark; of an old code page only what is
 * ASCII is meant to be read, which is all that `systeminfo` needs.
 */
function decodeText(bytes: Buffer): string {
  return decode(bytes).replace(/^\ufeff/, '');
}

function decode(bytes: Buffer): string {
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
