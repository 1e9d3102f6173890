import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Db } from '../../platform/database.ts';
import { openSecretBox } from '../../platform/secret-box.ts';
import { type CertificateClaim, issueCertificate, type SshLogin, sshKeyBlob } from './ssh-certificate.ts';
import { keepSshAuthority, readStoredAuthority } from './ssh-host.store.ts';

/** What machines that are read over SSH trust: whoever it signs for gets in, as one account, for minutes. */
export interface SshAuthority {
  /** `ssh-ed25519 AAAA… fleetmend`, as a machine's TrustedUserCAKeys has it. */
  publicKey: string;
  issue(claim: CertificateClaim): SshLogin;
}

const PLACE = { row: 'one', column: 'inventory_ssh_authority.sealed' };

/**
 * The authority of this installation, made at first use: every server process on one database has the same.
 * @throws Error when the data folder is not the one the database was made with.
 */
export async function openSshAuthority(db: Db, dataDir: string): Promise<SshAuthority> {
  const box = await openSecretBox(dataDir);
  let stored = await readStoredAuthority(db);
  if (stored === null) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const public_key = Buffer.from(sshKeyBlob(publicKey)).toString('base64');
    await keepSshAuthority(db, { public_key, sealed: box.seal(pem, PLACE) }, new Date());
    stored = await readStoredAuthority(db);
  }
  const pem = stored === null ? null : box.open(stored.sealed, PLACE);
  if (pem === null)
    throw new Error(`secret.key in ${dataDir} is not the one this database was made with; restore it from your backup`);
  const privateKey = createPrivateKey(pem);
  const blob = sshKeyBlob(createPublicKey(privateKey));
  return {
    publicKey: `ssh-ed25519 ${Buffer.from(blob).toString('base64')} fleetmend`,
    issue: (claim) => issueCertificate(privateKey, blob, claim),
  };
}
