import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive as tools write it; `isLarge` adds the records that one of more than 65,535 files has. */
export function zip(files: Record<string, string | Buffer>, isLarge = false): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content);
    const data = deflateRawSync(raw);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const table = Buffer.concat(directory);
  return Buffer.concat([
    ...locals,
    table,
    ...(isLarge ? largeEnd(directory.length, table.length, offset) : []),
    end(directory.length, table.length, offset, isLarge),
  ]);
}

function end(count: number, bytes: number, offset: number, isLarge: boolean): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\u0005\u0006', 'latin1');
  record.writeUInt16LE(isLarge ? 0xffff : count, 8);
  record.writeUInt16LE(isLarge ? 0xffff : count, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(isLarge ? 0xffffffff : offset, 16);
  return record;
}

function largeEnd(count: number, bytes: number, offset: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.write('PK\u0006\u0006', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\u0006\u0007', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  return [record, locator];
}
