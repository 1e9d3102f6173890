import type { SignatureAlgorithm } from './cryptography.ts';

export const PERSON_ROLES = ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** One public key of one person. `id` is the SHA-256 of the SPKI bytes in lower-case hexadecimal. */
export interface PublicKey {
  id: string;
  kind: 'passkey' | 'ssh' | 'ed25519';
  algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER, base64url. */
  spki: string;
  /** Passkeys only: the relying party and the exact origins whose signatures count. */
  rp_id?: string;
  origins?: string[];
}

/**
 * Who may approve changes, as the hosts know it: pinned by digest at enrolment, then followed version by version
 * (version N+1 counts when the quorums of both N and N+1 have signed it, as TUF does for its root role).
 */
export interface TrustRoot {
  type: 'fleetmend/root/v1';
  organization: string;
  version: number;
  /** Distinct people that must sign a change or the next root; no policy may ask for fewer. */
  quorum: number;
  people: { id: string; name: string; keys: PublicKey[] }[];
}

/** A root with the signatures that brought it into force. `document` is its canonical JSON. */
export interface SignedRoot {
  document: string;
  signatures: Signature[];
}

/** A person's signature over a canonical document, made in a browser (passkey) or in the CLI (SSH or Ed25519 key). */
export type Signature =
  | {
      kind: 'passkey';
      /** `PublicKey.id` */
      key: string;
      /** base64url, as the authenticator returned them */
      authenticator_data: string;
      client_data_json: string;
      signature: string;
    }
  | {
      /** `ssh-keygen -Y sign -n <namespace>`: the SSHSIG blob, base64url. `ed25519`: the bare signature, base64url. */
      kind: 'ssh' | 'ed25519';
      key: string;
      signature: string;
    };

/** What a signature is for: SSHSIG's namespace, and the prefix of the bytes that passkeys and bare keys sign. */
export const SIGNATURE_PURPOSES = {
  change: 'fleetmend-change-v1',
  root: 'fleetmend-root-v1',
  feeds: 'fleetmend-feeds-v1',
} as const;
export type SignaturePurpose = (typeof SIGNATURE_PURPOSES)[keyof typeof SIGNATURE_PURPOSES];
