import { open } from 'node:fs/promises';

/** A text of up to so many bytes. @throws for a file that is larger, or cannot be read */
export async function readSmallFile(path: string, limit: number): Promise<string> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(limit + 1);
    const { bytesRead } = await file.read(buffer, 0, limit + 1, 0);
    if (bytesRead > limit) throw new Error(`it is larger than ${limit} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
