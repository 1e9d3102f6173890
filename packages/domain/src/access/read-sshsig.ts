/** What an SSHSIG blob says (OpenSSH's PROTOCOL.sshsig, version 1), taken apart but not yet believed. */
export interface SshSignature {
  /** The 32 bytes of the embedded Ed25519 key. */
  public_key: Uint8Array;
  namespace: Uint8Array;
  reserved: Uint8Array;
  hash: 'sha256' | 'sha512';
  signature: Uint8Array;
}

const MAGIC = 'SSHSIG';
const VERSION = 1;
const KEY_TYPE = 'ssh-ed25519';

/** Reads the binary form of `ssh-keygen -Y sign`; null unless it is one Ed25519 signature and nothing more. */
export function readSshSignature(blob: Uint8Array): SshSignature | null {
  const start = MAGIC.length + 4;
  if (ascii(blob.subarray(0, MAGIC.length)) !== MAGIC || readLength(blob, MAGIC.length) !== VERSION) return null;
  const fields = readStrings(blob.subarray(start), 5);
  if (fields === null) return null;
  const [keyBlob, namespace, reserved, hashName, signatureBlob] = fields;
  const key = readStrings(keyBlob, 2);
  const signature = readStrings(signatureBlob, 2);
  const hash = ascii(hashName);
  if (key === null || ascii(key[0]) !== KEY_TYPE || key[1].length !== 32) return null;
  if (signature === null || ascii(signature[0]) !== KEY_TYPE || signature[1].length !== 64) return null;
  if (hash !== 'sha256' && hash !== 'sha512') return null;
  return { public_key: key[1], namespace, reserved, hash, signature: signature[1] };
}

type Fields<N extends 2 | 5> = N extends 2
  ? [Uint8Array, Uint8Array]
  : [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** Exactly so many SSH strings (RFC 4251 §5: a 32-bit length, then the bytes), with nothing behind them. */
export function readStrings<N extends 2 | 5>(bytes: Uint8Array, count: N): Fields<N> | null {
  const strings: Uint8Array[] = [];
  let at = 0;
  while (strings.length < count) {
    const length = readLength(bytes, at);
    if (length === null || length > bytes.length - at - 4) return null;
    strings.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return at === bytes.length ? (strings as Fields<N>) : null;
}

/** An SSH string: its length in 32 bits, then the bytes. */
export function sshString(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, bytes.length);
  whole.set(bytes, 4);
  return whole;
}

function readLength(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.length) return null;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 100));
}
