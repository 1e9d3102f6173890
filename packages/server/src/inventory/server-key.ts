import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { mac, makeExchangeKey, rawPublicKey } from '@fleetmend/api/host-session.ts';
import type { Db } from '../platform/database.ts';
import { openSecretBox } from '../platform/secret-box.ts';
import { keepServerKey, readServerKey } from './host.store.ts';

/** The server's end of every session. */
export interface ServerKey {
  publicKey: string;
  privateKey: KeyObject;
  /** What a host must sign to open a session: it stands for where the ratchet is, so it is good for one opening. */
  challenge(asset: string, link: string): string;
}

const PLACE = { row: 'one', column: 'inventory_server_key.sealed' };

/**
 * The key of this installation, made at first use: every server process on one database has the same.
 * @throws Error when the data folder is not the one the database was made with.
 */
export async function openServerKey(db: Db, dataDir: string): Promise<ServerKey> {
  const box = await openSecretBox(dataDir);
  let stored = await readServerKey(db);
  if (stored === null) {
    const { privateKey, publicKey } = makeExchangeKey();
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await keepServerKey(db, { public_key: publicKey, sealed: box.seal(pem, PLACE) }, new Date());
    stored = await readServerKey(db);
  }
  const pem = stored === null ? null : box.open(stored.sealed, PLACE);
  if (pem === null)
    throw new Error(`secret.key in ${dataDir} is not the one this database was made with; restore it from your backup`);
  const privateKey = createPrivateKey(pem);
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const secret = createSecretKey(new Uint8Array(hkdfSync('sha256', der, '', 'fleetmend/challenge/v1', 32)));
  return {
    publicKey: rawPublicKey(createPublicKey(privateKey)),
    privateKey,
    challenge: (asset, link) => mac(secret, `challenge\n${asset}\n${link}`),
  };
}
