import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { toBase64Url, toHex } from '@fleetmend/domain/access/bytes.ts';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { readKeys, readPasskey, readPerson } from './access.queries.ts';
import { insertChallenge, insertKey, useChallenge } from './access.store.ts';
import { coseToSpki } from './cose-key.ts';
import { describeKey, type Session } from './describe-person.ts';
import { createLimiter } from './limit-attempts.ts';
import { attemptSignIn, type Exchange, openSession } from './open-session.ts';

const CHALLENGE_MILLISECONDS = 5 * 60_000;
/** ES256, EdDSA, RS256: what machines can verify. */
const ALGORITHMS = [-7, -8, -257];

/** Each challenge is a row, so nobody may ask for endlessly many. */
const challenges = createLimiter({ most: 60, seconds: 60 });

type Options = { options: Record<string, unknown> };

/** Begins to register a passkey: one that finds its account by itself and always verifies its user. */
export async function startRegistration(ctx: Ctx): Promise<Options> {
  const { person, name } = atBrowser(ctx);
  const keys = await readKeys(ctx.db, [person]);
  const options = await generateRegistrationOptions({
    rpName: 'Fleetmend',
    rpID: ctx.settings.rp_id,
    userName: name,
    userDisplayName: name,
    userID: new TextEncoder().encode(person),
    attestationType: 'none',
    excludeCredentials: keys.flatMap(({ credential_id }) => (credential_id === null ? [] : [{ id: credential_id }])),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  await keepChallenge(ctx, { challenge: options.challenge, purpose: 'register', person });
  return { options: { ...options } };
}

/** Registers a passkey for the signed-in person. @throws Problem `passkey-refused`, `name-taken` */
export async function registerPasskey(
  ctx: Ctx,
  { name, response }: { name: string; response: unknown },
): Promise<Session['person']['keys'][number]> {
  const { person } = atBrowser(ctx);
  const { origin, rp_id } = ctx.settings;
  const { registrationInfo } = await orRefuse(ctx, () =>
    verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: (challenge) => useChallenge(ctx.db, { challenge, purpose: 'register', person }, ctx.now),
      expectedOrigin: origin,
      expectedRPID: rp_id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  const credential = registrationInfo?.credential;
  const key = credential === undefined ? null : coseToSpki(credential.publicKey);
  if (credential === undefined || key === null)
    throw new Problem('passkey-refused', 'The passkey did not answer as asked.');
  const row = {
    id: toHex(nodeCryptography.sha256(key.spki)),
    person,
    name,
    kind: 'passkey' as const,
    algorithm: key.algorithm,
    spki: toBase64Url(key.spki),
    rp_id,
    origins: [origin],
    credential_id: credential.id,
    cose: Buffer.from(credential.publicKey),
  };
  if (!(await insertKey(ctx.db, row, ctx.now)))
    throw new Problem('name-taken', 'This passkey is registered, or you have a key of this name.');
  await recordAudit(ctx, {
    verb: 'key.register',
    object: `person/${person}`,
    detail: { key: row.id, kind: row.kind, name },
  });
  return describeKey({ ...row, created_at: ctx.now.toISOString() }, false);
}

/** Begins to sign in with a passkey; whose it is, it says itself. @throws Problem `too-many-requests` */
export async function startSignIn(ctx: Ctx, { request }: Pick<Exchange, 'request'>): Promise<Options> {
  challenges.count(request.ip, ctx.now);
  const options = await generateAuthenticationOptions({ rpID: ctx.settings.rp_id, userVerification: 'required' });
  await keepChallenge(ctx, { challenge: options.challenge, purpose: 'sign-in', person: null });
  return { options: { ...options } };
}

/** Signs in with a passkey. @throws Problem `passkey-refused`, `too-many-requests` */
export async function finishSignIn(ctx: Ctx, response: { id?: unknown }, exchange: Exchange): Promise<Session> {
  return attemptSignIn(ctx, exchange, async () => {
    const key = typeof response.id === 'string' ? await readPasskey(ctx.db, response.id) : null;
    const person = key === null ? null : await readPerson(ctx.db, key.person);
    if (key?.cose == null || key.rp_id === null || person === null)
      throw new Problem('passkey-refused', 'This passkey is not registered here.');
    const { cose } = key;
    const { verified } = await orRefuse(ctx, () =>
      verifyAuthenticationResponse({
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge: (challenge) =>
          useChallenge(ctx.db, { challenge, purpose: 'sign-in', person: null }, ctx.now),
        expectedOrigin: ctx.settings.origin,
        expectedRPID: ctx.settings.rp_id,
        // Synced passkeys send no counter that means anything.
        credential: { id: key.credential_id ?? '', publicKey: new Uint8Array(cose), counter: 0 },
        requireUserVerification: true,
      }),
    );
    if (!verified) throw new Problem('passkey-refused', 'The signature of the passkey does not verify.');
    return openSession(ctx, person, { ...exchange, by: 'passkey' });
  });
}

/** A passkey signs its person in, with all that they may: no token, which may be for less, gets to make one. */
function atBrowser({ actor }: Ctx): { person: string; name: string } {
  if (actor.kind !== 'person') throw new Problem('sign-in-needed', 'Sign in first.');
  if (actor.token !== null)
    throw new Problem('permission-missing', 'Passkeys are registered in the console, not with a token.');
  return actor;
}

async function keepChallenge(ctx: Ctx, challenge: Parameters<typeof useChallenge>[1]): Promise<void> {
  await insertChallenge(
    ctx.db,
    { ...challenge, expires_at: new Date(ctx.now.getTime() + CHALLENGE_MILLISECONDS) },
    ctx.now,
  );
}

/** The library throws on whatever is wrong; why goes to the log, since it quotes what was sent. */
async function orRefuse<T>(ctx: Ctx, verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    ctx.log.info({ why: error instanceof Error ? error.message : String(error) }, 'a passkey was refused');
    throw new Problem(
      'passkey-refused',
      'The passkey did not answer as asked: wrong site, an old challenge, or no user verification.',
    );
  }
}
