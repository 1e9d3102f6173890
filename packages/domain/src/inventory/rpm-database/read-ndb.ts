/** `RpmP`, `Slot` and `BlbS` as little-endian numbers. */
const MAGIC = { database: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42 };
const PAGE = 4096;
const UNIT = 16;

/** Whether bytes are the database that SUSE's rpm writes: `Packages.db`. */
export function isNdb(bytes: Uint8Array): boolean {
  return bytes.length >= 32 && viewOf(bytes).getUint32(0, true) === MAGIC.database;
}

/**
 * The headers in rpm's own database (`lib/backend/ndb/rpmpkg.c` of rpm): slots in the first pages say where the blobs lie.
 * What points outside of the file is left out and counted.
 */
export function readNdb(bytes: Uint8Array): { blobs: Uint8Array[]; damaged: number } {
  if (!isNdb(bytes)) return { blobs: [], damaged: 1 };
  const view = viewOf(bytes);
  const end = Math.min(view.getUint32(12, true) * PAGE, bytes.length - UNIT + 1);
  const blobs: Uint8Array[] = [];
  let damaged = 0;
  for (let slot = 32; slot < end; slot += UNIT) {
    if (view.getUint32(slot, true) !== MAGIC.slot || view.getUint32(slot + 4, true) === 0) continue;
    const start = view.getUint32(slot + 8, true) * UNIT;
    const isBlob = start + UNIT <= bytes.length && view.getUint32(start, true) === MAGIC.blob;
    const length = isBlob ? view.getUint32(start + 12, true) : 0;
    if (length === 0 || start + UNIT + length > bytes.length) damaged++;
    else blobs.push(bytes.subarray(start + UNIT, start + UNIT + length));
  }
  return { blobs, damaged };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
