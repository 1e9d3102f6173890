import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of the stored form, so that a later algorithm can be told apart. */
const VERSION = 1;

/** Where a secret is stored. It is sealed together with the secret: moved to another row or column, it opens no more. */
export interface SecretPlace {
  row: string;
  /** `table.column` */
  column: string;
}

/** Seals and opens secrets with the key of one server; whoever has the database alone has none of them. */
export interface SecretBox {
  seal(secret: string, place: SecretPlace): Buffer;
  /** Null when this key did not seal it, for this place: another data folder, or altered data. */
  open(sealed: Uint8Array, place: SecretPlace): string | null;
}

/**
 * Opens the box of a data folder (AES-256-GCM); its key, `secret.key`, is made at first use, readable by its owner alone.
 * @throws Error when the key file is not a key, or is open to others.
 */
export async function openSecretBox(dataDir: string): Promise<SecretBox> {
  const key = await readOrMakeKey(join(dataDir, 'secret.key'));
  return {
    seal(secret, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bind(place));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, text, cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) return null;
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(bind(place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        return null;
      }
    },
  };
}

function bind({ row, column }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([row, column]));
}

async function readOrMakeKey(path: string): Promise<Buffer> {
  const known = await readKey(path);
  if (known !== null) return known;
  await makeKey(path);
  return (await readKey(path)) ?? fail(path, 'was removed as soon as it was made');
}

async function readKey(path: string): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(absent);
  if (file === null) return null;
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) fail(path, 'can be read by others; run: chmod 600 on it');
    const key = await file.readFile();
    return key.length === KEY_BYTES ? key : fail(path, `does not hold ${KEY_BYTES} bytes; restore it from your backup`);
  } finally {
    await file.close();
  }
}

/** Written whole and flushed before it has its name, and never over another: two servers that start at once agree on one key. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await unlink(draft);
  }
  const folder = await open(join(path, '..'), constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function fail(path: string, what: string): never {
  throw new Error(`the key file ${path} ${what}`);
}
