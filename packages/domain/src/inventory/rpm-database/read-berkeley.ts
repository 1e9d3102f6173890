const HASH_MAGIC = 0x00061561;
/** Kinds of pages and of entries on them (`src/dbinc/db_page.h` of Berkeley DB). */
const PAGE_TYPES = { hash: [2, 13], overflow: 7 };
const OFF_PAGE = 3;
const HEADER = 26;

/** Whether bytes are a hash of Berkeley DB, as rpm's `Packages` was up to 4.15; either order of bytes. */
export function isBerkeley(bytes: Uint8Array): boolean {
  return bytes.length >= 512 && orderOf(bytes) !== null;
}

/**
 * The headers in such a database: values too large for their page, which all headers are, lie on a chain of overflow pages.
 * What points outside of the file, or in a circle, is left out and counted.
 */
export function readBerkeley(bytes: Uint8Array): { blobs: Uint8Array[]; damaged: number } {
  if (!isBerkeley(bytes)) return { blobs: [], damaged: 1 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = orderOf(bytes) === 'little';
  const size = view.getUint32(20, isLittle);
  const file: PagedFile = { bytes, view, isLittle, size };
  const result: { blobs: Uint8Array[]; damaged: number } = { blobs: [], damaged: 0 };
  if (size < 512 || size > 65_536) return { blobs: [], damaged: 1 };
  for (let page = size; page + size <= bytes.length; page += size) {
    if (!PAGE_TYPES.hash.includes(view.getUint8(page + 25))) continue;
    for (const { chain, length } of valuesOf(file, page)) {
      const blob = readChain(file, chain, length);
      if (blob === null) result.damaged++;
      else result.blobs.push(blob);
    }
  }
  return result;
}

interface PagedFile {
  bytes: Uint8Array;
  view: DataView;
  isLittle: boolean;
  size: number;
}

/** Keys and values take turns; the values that lie elsewhere say on which page, and how long they are. */
function* valuesOf({ view, isLittle, size }: PagedFile, page: number): Generator<{ chain: number; length: number }> {
  const entries = view.getUint16(page + 20, isLittle);
  for (let entry = 1; entry < entries && HEADER + entry * 2 + 2 <= size; entry += 2) {
    const offset = view.getUint16(page + HEADER + entry * 2, isLittle);
    if (offset + 12 > size || view.getUint8(page + offset) !== OFF_PAGE) continue;
    const at = page + offset;
    yield { chain: view.getUint32(at + 4, isLittle), length: view.getUint32(at + 8, isLittle) };
  }
}

function readChain({ bytes, view, isLittle, size }: PagedFile, first: number, length: number): Uint8Array | null {
  if (length > bytes.length) return null;
  const blob = new Uint8Array(length);
  let filled = 0;
  for (let number = first; filled < length; ) {
    const page = number * size;
    if (number === 0 || page + size > bytes.length || view.getUint8(page + 25) !== PAGE_TYPES.overflow) return null;
    const part = Math.min(view.getUint16(page + 22, isLittle), size - HEADER, length - filled);
    if (part === 0) return null;
    blob.set(bytes.subarray(page + HEADER, page + HEADER + part), filled);
    filled += part;
    number = view.getUint32(page + 16, isLittle);
  }
  return blob;
}

function orderOf(bytes: Uint8Array): 'little' | 'big' | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(12, true) === HASH_MAGIC) return 'little';
  return view.getUint32(12, false) === HASH_MAGIC ? 'big' : null;
}
