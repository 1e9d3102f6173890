import { PERSON_ROLES } from '@fleetmend/domain/access/trust-root.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, nothing, PERMISSIONS, page, pageQuery } from './endpoint.ts';

const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(20_000);
const keyId = z.string().regex(/^[0-9a-f]{64}$/);

export const signature = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('passkey'),
    key: keyId,
    authenticator_data: base64url,
    client_data_json: base64url,
    signature: base64url,
  }),
  z.strictObject({ kind: z.enum(['ssh', 'ed25519']), key: keyId, signature: base64url }),
]);

export const publicKey = z.strictObject({
  id: keyId,
  kind: z.enum(['passkey', 'ssh', 'ed25519']),
  algorithm: z.enum(['ES256', 'EdDSA', 'RS256']),
  spki: base64url,
  rp_id: z.string().max(253).optional(),
  origins: z.array(z.string().max(300)).max(20).optional(),
});

export const trustRoot = z.strictObject({
  type: z.literal('fleetmend/root/v1'),
  organization: z.string().min(1).max(100),
  version: z.int().min(1),
  quorum: z.int().min(1).max(20),
  people: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(100),
        name: z.string().min(1).max(200),
        keys: z.array(publicKey).min(1).max(20),
      }),
    )
    .min(1)
    .max(500),
});

export const signedRoot = z.strictObject({
  document: z.string().max(1_000_000),
  signatures: z.array(signature).max(50),
});

/** A key of a person, with what people call it. */
export const registeredKey = publicKey.extend({
  name: z.string(),
  created_at: instant,
  /** Passkeys: what `navigator.credentials.get` wants in allowCredentials. */
  credential_id: z.string().nullable(),
  /** Whether the root in force names it: only then do its signatures count on hosts. */
  in_root: z.boolean(),
});

export const person = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(PERSON_ROLES)),
  created_at: instant,
  keys: z.array(registeredKey),
});

export const session = z.object({
  person: person,
  permissions: z.array(z.enum(PERMISSIONS)),
  organization: z.object({ id: z.string(), name: z.string() }),
  rp_id: z.string(),
  server_time: instant,
  expires_at: instant.nullable(),
});

/** Opaque to us: @simplewebauthn makes and reads it on both ends. */
const webauthnJson = z.record(z.string(), z.unknown());

export const accessEndpoints = {
  openSignInLink: {
    method: 'POST',
    path: '/api/v1/session/link',
    summary: 'Sign in with a one-time link; it works once, for 15 minutes',
    permission: null,
    body: z.strictObject({ token: z.string().min(20).max(200) }),
    response: session,
    problems: ['sign-in-link-dead'],
  },
  startPasskeySignIn: {
    method: 'POST',
    path: '/api/v1/session/passkey/options',
    summary: 'Begin to sign in with a passkey',
    permission: null,
    response: z.object({ options: webauthnJson }),
  },
  finishPasskeySignIn: {
    method: 'POST',
    path: '/api/v1/session/passkey',
    summary: 'Sign in with a passkey',
    permission: null,
    body: z.strictObject({ response: webauthnJson }),
    response: session,
    problems: ['passkey-refused'],
  },
  readSession: {
    method: 'GET',
    path: '/api/v1/session',
    summary: 'Who is signed in, and what they may do',
    permission: 'self',
    response: session,
  },
  signOut: {
    method: 'DELETE',
    path: '/api/v1/session',
    summary: 'Sign out',
    permission: 'self',
    response: nothing,
    status: 204,
  },
  listPeople: {
    method: 'GET',
    path: '/api/v1/people',
    summary: 'People, their roles and keys',
    permission: 'access:read',
    query: pageQuery,
    response: page(person),
  },
  invitePerson: {
    method: 'POST',
    path: '/api/v1/people',
    summary: 'Add a person; the answer holds the link that signs them in once',
    permission: 'access:write',
    body: z.strictObject({ name: z.string().trim().min(1).max(200), roles: z.array(z.enum(PERSON_ROLES)).min(1) }),
    response: z.object({ person, sign_in_url: z.string(), expires_at: instant }),
    status: 201,
    problems: ['name-taken'],
  },
  renewSignInLink: {
    method: 'POST',
    path: '/api/v1/people/:id/sign-in-link',
    summary: 'Make a new sign-in link for a person',
    permission: 'access:write',
    params: idParam,
    response: z.object({ sign_in_url: z.string(), expires_at: instant }),
    status: 201,
    problems: ['not-found'],
  },
  startPasskeyRegistration: {
    method: 'POST',
    path: '/api/v1/keys/passkey/options',
    summary: 'Begin to register a passkey for the signed-in person',
    permission: 'self',
    response: z.object({ options: webauthnJson }),
  },
  registerPasskey: {
    method: 'POST',
    path: '/api/v1/keys/passkey',
    summary: 'Register a passkey for the signed-in person',
    permission: 'self',
    body: z.strictObject({ name: z.string().trim().min(1).max(100), response: webauthnJson }),
    response: registeredKey,
    status: 201,
    problems: ['passkey-refused', 'name-taken'],
  },
  registerPublicKey: {
    method: 'POST',
    path: '/api/v1/keys',
    summary: 'Register an OpenSSH or PEM Ed25519 public key for the signed-in person',
    permission: 'self',
    body: z.strictObject({ name: z.string().trim().min(1).max(100), public_key: z.string().min(20).max(4000) }),
    response: registeredKey,
    status: 201,
    problems: ['invalid', 'name-taken'],
  },
  readTrustRoot: {
    method: 'GET',
    path: '/api/v1/trust-root',
    summary: 'The root in force, its digest, the chain of versions, and the proposed next version',
    permission: 'self',
    response: z.object({
      /** Null until the first version is signed: hosts then only observe. */
      current: z.object({ root: trustRoot, digest: z.string(), signed_at: instant }).nullable(),
      chain: z.array(signedRoot),
      /** The next version as the registered keys of approvers stand now; null when nothing would change. */
      proposal: z
        .object({
          document: z.string(),
          digest: z.string(),
          root: trustRoot,
          signatures: z.array(z.object({ person: z.string(), key: keyId, signed_at: instant })),
          needs: z.array(z.string()),
        })
        .nullable(),
      /** The command that lets a machine follow this root. */
      pin_command: z.string().nullable(),
    }),
  },
  setTrustRootQuorum: {
    method: 'PUT',
    path: '/api/v1/trust-root/quorum',
    summary: 'Propose another quorum for the next root version',
    permission: 'access:write',
    body: z.strictObject({ quorum: z.int().min(1).max(20) }),
    response: nothing,
    status: 204,
    problems: ['invalid'],
  },
  signTrustRoot: {
    method: 'POST',
    path: '/api/v1/trust-root/signatures',
    summary: 'Sign the proposed root; If-Match binds the signature to the digest that was read',
    permission: 'changes:approve',
    idempotency: 'required',
    if_match: 'required',
    body: z.strictObject({ signature }),
    response: z.object({ in_force: z.boolean(), version: z.int(), digest: z.string() }),
    status: 201,
    problems: ['signature-refused', 'precondition-failed', 'state-conflict'],
  },
  listTokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    summary: 'API tokens of the signed-in person',
    permission: 'self',
    query: pageQuery,
    response: page(
      z.object({
        id: z.string(),
        name: z.string(),
        permissions: z.array(z.enum(PERMISSIONS)),
        created_at: instant,
        expires_at: instant,
        last_used_at: instant.nullable(),
      }),
    ),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    summary: 'Make an API token; its secret is shown once',
    permission: 'self',
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      /** A subset of the person's own; all of them when absent. */
      permissions: z.array(z.enum(PERMISSIONS)).optional(),
      expires_in_days: z.int().min(1).max(365).default(90),
    }),
    response: z.object({ id: z.string(), token: z.string(), expires_at: instant }),
    status: 201,
    problems: ['permission-missing'],
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    summary: 'Revoke an API token',
    permission: 'self',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
