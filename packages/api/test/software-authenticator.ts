import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { concatBytes, toBase64Url, toHex } from '@fleetmend/domain/access/bytes.ts';
import type { PublicKey, Signature, SignaturePurpose } from '@fleetmend/domain/access/trust-root.ts';
import { signedBytes } from '@fleetmend/domain/access/verify-signature.ts';
import { nodeCryptography } from '../src/node-cryptography.ts';

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** What a test makes the authenticator or the browser do wrong. */
export interface Misbehaviour {
  flags?: number;
  rp_id?: string;
  /** Fields of clientDataJSON, over the right ones. */
  client?: Record<string, unknown>;
}

export interface SoftwareAuthenticator {
  credential_id: string;
  /** As the trust root names it. */
  public_key: PublicKey;
  /** Signs a document as the console does. */
  sign(purpose: SignaturePurpose, document: string, wrong?: Misbehaviour): Extract<Signature, { kind: 'passkey' }>;
  /** `navigator.credentials.create` and `.get`, as @simplewebauthn/browser gives them to the server. */
  register(challenge: string, wrong?: Misbehaviour): Record<string, unknown>;
  signIn(challenge: string, wrong?: Misbehaviour): Record<string, unknown>;
}

/** A passkey in software (ES256, WebAuthn Level 3): the bytes are those of a real one, the key is made at run time. */
export function createSoftwareAuthenticator({
  rp_id,
  origin,
}: {
  rp_id: string;
  origin: string;
}): SoftwareAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const credential = new Uint8Array(randomBytes(16));

  function assertion(challenge: string, wrong: Misbehaviour) {
    const data = authenticatorData(wrong.rp_id ?? rp_id, wrong.flags ?? PRESENT | VERIFIED);
    const client = clientData({ type: 'webauthn.get', challenge, origin, crossOrigin: false, ...wrong.client });
    const hash = createHash('sha256').update(client).digest();
    return {
      authenticator_data: toBase64Url(data),
      client_data_json: toBase64Url(client),
      signature: toBase64Url(sign('sha256', concatBytes(data, hash), privateKey)),
    };
  }
  const id = toBase64Url(credential);
  return {
    credential_id: id,
    public_key: {
      id: toHex(nodeCryptography.sha256(spki)),
      kind: 'passkey',
      algorithm: 'ES256',
      spki: toBase64Url(spki),
      rp_id,
      origins: [origin],
    },
    sign(purpose, document, wrong = {}) {
      const challenge = toBase64Url(nodeCryptography.sha256(signedBytes(purpose, document, nodeCryptography)));
      return { kind: 'passkey', key: this.public_key.id, ...assertion(challenge, wrong) };
    },
    register(challenge, wrong = {}) {
      const client = clientData({ type: 'webauthn.create', challenge, origin, crossOrigin: false, ...wrong.client });
      const flags = (wrong.flags ?? PRESENT | VERIFIED) | HAS_CREDENTIAL;
      const data = concatBytes(
        authenticatorData(wrong.rp_id ?? rp_id, flags),
        new Uint8Array(16),
        Uint8Array.of(0, credential.length),
        credential,
        coseKey(publicKey),
      );
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: toBase64Url(client),
          attestationObject: toBase64Url(attestation(data)),
          transports: ['internal'],
        },
      };
    },
    signIn(challenge, wrong = {}) {
      const { authenticator_data, client_data_json, signature } = assertion(challenge, wrong);
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData: authenticator_data, clientDataJSON: client_data_json, signature },
      };
    },
  };
}

/** An Ed25519 key pair in PEM. */
export function createEd25519(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** Signs bytes as they are: for signatures over what nobody should have signed. */
export function signRaw(privateKeyPem: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, data, createPrivateKey(privateKeyPem)));
}

function authenticatorData(rpId: string, flags: number): Uint8Array {
  return concatBytes(nodeCryptography.sha256(rpId), Uint8Array.of(flags, 0, 0, 0, 0));
}

function clientData(fields: Record<string, unknown>): Uint8Array {
  return nodeCryptography.encodeUtf8(JSON.stringify(fields));
}

/** CBOR by hand: a map of five, EC2 / ES256 / P-256 / x / y (RFC 9053 §7.1.1). */
function coseKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const field = (label: number, value: string) =>
    concatBytes(Uint8Array.of(label, 0x58, 32), Buffer.from(value, 'base64url'));
  return concatBytes(Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01), field(0x21, x), field(0x22, y));
}

/** CBOR by hand: `{fmt: "none", attStmt: {}, authData}`. */
function attestation(data: Uint8Array): Uint8Array {
  const text = (value: string) => concatBytes(Uint8Array.of(0x60 | value.length), nodeCryptography.encodeUtf8(value));
  return concatBytes(
    Uint8Array.of(0xa3),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Uint8Array.of(0xa0),
    text('authData'),
    Uint8Array.of(0x58, data.length),
    data,
  );
}
