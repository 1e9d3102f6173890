import { type Installed, installed } from '../installed.ts';
import { sourceName } from '../read-purl.ts';

/** The tags of an rpm header that are read (https://rpm-software-management.github.io/rpm/manual/tags.html). */
const TAGS = { name: 1000, version: 1001, release: 1002, epoch: 1003, architecture: 1022, source: 1044, module: 5096 };
const INT32 = 4;
const STRINGS = [6, 9];
/** No header of a package comes near. */
const MAX_ENTRIES = 65_536;

/**
 * Reads one package of an rpm database: a header without its magic, in network order
 * (https://rpm-software-management.github.io/rpm/manual/hregions.html).
 * @returns null for what is no header of a package, and for keys that were imported.
 */
export function readRpmHeader(blob: Uint8Array): Installed | null {
  if (blob.length < 8) return null;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const entries = view.getUint32(0);
  const store = 8 + entries * 16;
  if (entries > MAX_ENTRIES || store > blob.length) return null;
  const found = new Map<number, string>();
  for (let at = 8; at < store; at += 16) {
    const [tag, type, offset] = [view.getUint32(at), view.getUint32(at + 4), store + view.getUint32(at + 8)];
    if (!Object.values(TAGS).includes(tag) || offset >= blob.length) continue;
    if (type === INT32 && offset + 4 <= blob.length) found.set(tag, String(view.getUint32(offset)));
    else if (STRINGS.includes(type)) found.set(tag, textAt(blob, offset));
  }
  return packageOf((tag) => found.get(TAGS[tag]) ?? '');
}

function packageOf(text: (tag: keyof typeof TAGS) => string): Installed | null {
  const [name, version, release, epoch] = [text('name'), text('version'), text('release'), text('epoch')];
  if (name === '' || version === '' || release === '' || name === 'gpg-pubkey') return null;
  const prefix = epoch === '' || epoch === '0' ? '' : `${epoch}:`;
  return installed(name, `${prefix}${version}-${release}`, {
    architecture: text('architecture'),
    source: text('source') === '' ? name : sourceName(text('source')),
    module: text('module') || null,
  });
}

/** Up to the next zero; names and versions of packages are ASCII. */
function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return end === -1 ? '' : String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096)));
}
