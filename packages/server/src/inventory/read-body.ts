import { promisify } from 'node:util';
import { brotliDecompress, brotliDecompressSync } from 'node:zlib';
import { Problem } from '@fleetmend/api/problems.ts';
import type { z } from 'zod';
import { parseBody } from '../platform/parse-body.ts';
import { mayReport, type Quota } from './host-quota.ts';

/** Unpacked. Twice what 20,000 packages take. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Up to here, unpacked, a body is a check-in as an honest host sends it every few minutes, and costs next to nothing. */
const SMALL_BYTES = 4096;

/** Few turns of the event loop, and little memory for what is small. */
const CHUNK_BYTES = 256 * 1024;

const decompress = promisify(brotliDecompress);

/** What came over the wire. */
export interface Sent {
  encoding: string | undefined;
  bytes: Buffer;
}

/**
 * A host's body, unpacked, through its schema; all but small ones are charged to the host.
 * @throws Problem `invalid`, `body-too-large`, `media-type-unsupported`, `host-quota-used-up`
 */
export async function readBody<Body extends z.ZodType>(
  sent: Sent,
  schema: Body,
  quota: Quota,
): Promise<z.output<Body>> {
  const read = schema.safeParse(parseBody(await unpack(sent, quota)));
  if (read.success) return read.data;
  const errors = read.error.issues
    .slice(0, 10)
    .map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message: message.slice(0, 200) }));
  throw new Problem('invalid', errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '), errors);
}

async function unpack({ encoding, bytes }: Sent, quota: Quota): Promise<Buffer> {
  if (encoding !== undefined && encoding !== 'br')
    throw new Problem('media-type-unsupported', 'Only brotli is unpacked.');
  const small = bytes.length > SMALL_BYTES ? null : encoding === undefined ? bytes : unpackSmall(bytes);
  if (small !== null) return small;
  if (!mayReport(quota, Date.now()))
    throw new Problem('host-quota-used-up', 'More bytes of reports than one machine may bring in a day.');
  if (encoding === undefined) {
    quota.bytes += bytes.length;
    return bytes;
  }
  // Charged before it is unpacked, so that many at once are not let through together.
  quota.bytes += MAX_BODY_BYTES;
  // Off this thread: what one host sends keeps no other waiting.
  const unpacked = await decompress(bytes, { maxOutputLength: MAX_BODY_BYTES, chunkSize: CHUNK_BYTES }).catch(refuse);
  quota.bytes -= MAX_BODY_BYTES - unpacked.length;
  return unpacked;
}

/** Null where it is not small, or is no brotli at all: what that is, the long way tells. */
function unpackSmall(bytes: Buffer): Buffer | null {
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: SMALL_BYTES });
  } catch {
    return null;
  }
}

function refuse(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
    throw new Problem('body-too-large', `More than ${MAX_BODY_BYTES} bytes, unpacked.`);
  throw new Problem('invalid', 'The body is not brotli.');
}
