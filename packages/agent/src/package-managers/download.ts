import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SECONDS = 600;

/**
 * What an address serves, at most `max` bytes of it; `file:` is a mirror on a disk.
 * @throws Error in words when it cannot be had, or is longer.
 */
export async function download(address: string, max: number): Promise<Buffer> {
  const url = new URL(address);
  if (url.protocol === 'file:') {
    const path = fileURLToPath(url);
    if (statSync(path).size > max) throw new Error(`${address} is longer than ${max} bytes`);
    return readFileSync(path);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${address} is no address we read`);
  const response = await fetch(url, { signal: AbortSignal.timeout(SECONDS * 1000) });
  if (!response.ok || response.body === null) throw new Error(`${address} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > max) throw new Error(`${address} is longer than ${max} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The first of several addresses that serves. @throws Error with what each said. */
export async function downloadFirst(addresses: readonly string[], max: number): Promise<Buffer> {
  const errors: string[] = [];
  for (const address of addresses) {
    try {
      return await download(address, max);
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(errors.join('; ') || 'no address is known');
}
