import type { Output } from '@fleetmend/api/client.ts';
import type { Signature, SignaturePurpose } from '@fleetmend/domain/access/trust-root.ts';
import { startAuthentication } from '@simplewebauthn/browser';
import { documentDigest, signingChallenge } from './challenge.ts';

type Key = Output<'readSession'>['person']['keys'][number];

/** The passkeys of a person that can sign here: made for this site. */
export function passkeysHere(session: Output<'readSession'>): Key[] {
  const { person, rp_id } = session;
  return person.keys.filter((key) => key.kind === 'passkey' && key.credential_id !== null && key.rp_id === rp_id);
}

/**
 * Signs a canonical document with one of the person's passkeys. The challenge is computed here from the text itself,
 * and the text must add up to the digest that was shown: the browser signs what was read, not what the server asks for.
 * @throws Error when the text does not match its digest, when there is no passkey, or when the person declines.
 */
export async function signDocument({
  purpose,
  canonical,
  digest,
  session,
}: {
  purpose: SignaturePurpose;
  canonical: string;
  digest: string;
  session: Output<'readSession'>;
}): Promise<Signature> {
  if ((await documentDigest(canonical)) !== digest) {
    throw new Error('The document does not add up to its digest, so nothing was signed. Tell your security team.');
  }
  const keys = passkeysHere(session);
  if (keys.length === 0) throw new Error('You have no passkey for this address. Register one in Settings.');
  const assertion = await startAuthentication({
    optionsJSON: {
      challenge: await signingChallenge(purpose, canonical),
      rpId: session.rp_id,
      allowCredentials: keys.map((key) => ({ type: 'public-key', id: key.credential_id ?? '' })),
      userVerification: 'required',
      timeout: 120_000,
    },
  });
  const used = keys.find((key) => key.credential_id === assertion.id);
  if (used === undefined) throw new Error('The browser signed with a passkey that is not registered here.');
  return {
    kind: 'passkey',
    key: used.id,
    authenticator_data: assertion.response.authenticatorData,
    client_data_json: assertion.response.clientDataJSON,
    signature: assertion.response.signature,
  };
}
