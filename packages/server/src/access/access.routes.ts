import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listPeople, listTokens } from './access.queries.ts';
import { describePeople } from './describe-person.ts';
import { openSignInLink, readSession, signOut } from './open-session.ts';
import { finishSignIn, registerPasskey, startRegistration, startSignIn } from './passkeys.ts';
import { invitePerson, renewSignInLink } from './people.ts';
import { readTrustRoot } from './read-trust-root.ts';
import { registerPublicKey } from './register-public-key.ts';
import { setWantedQuorum, signTrustRoot } from './sign-trust-root.ts';
import { createToken, revokeToken } from './tokens.ts';

/** Binds the endpoints of people, sessions, keys, tokens and the trust root. */
export function registerAccessRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'openSignInLink', (ctx, given) => openSignInLink(ctx, given.body.token, given));
  bind(app, services, 'startPasskeySignIn', startSignIn);
  bind(app, services, 'finishPasskeySignIn', (ctx, given) => finishSignIn(ctx, given.body.response, given));
  bind(app, services, 'readSession', readSession);
  bind(app, services, 'signOut', signOut);

  bind(app, services, 'listPeople', async (ctx, { query }) => {
    const [name, id] = readCursor(query.cursor, 2) ?? [];
    const after = name === undefined ? null : { name: String(name), id: String(id) };
    const found = await listPeople(ctx.db, after, query.limit);
    const described = new Map((await describePeople(ctx, found)).map((person) => [person.id, person]));
    return toPage(
      found,
      query.limit,
      (row) => [row.name, row.id],
      (row) => described.get(row.id) ?? { ...row, keys: [] },
    );
  });
  bind(app, services, 'invitePerson', (ctx, { body }) => invitePerson(ctx, body));
  bind(app, services, 'renewSignInLink', (ctx, { params }) => renewSignInLink(ctx, params.id));

  bind(app, services, 'startPasskeyRegistration', startRegistration);
  bind(app, services, 'registerPasskey', (ctx, { body }) => registerPasskey(ctx, body));
  bind(app, services, 'registerPublicKey', (ctx, { body }) => registerPublicKey(ctx, body));

  bind(app, services, 'readTrustRoot', readTrustRoot);
  bind(app, services, 'setTrustRootQuorum', (ctx, { body }) => setWantedQuorum(ctx, body.quorum));
  bind(app, services, 'signTrustRoot', (ctx, { ifMatch, body }) => signTrustRoot(ctx, ifMatch, body.signature));

  bind(app, services, 'listTokens', async (ctx, { query }) => {
    const place = readCursor(query.cursor, 1)?.[0];
    const person = ctx.actor.kind === 'person' ? ctx.actor.person : '';
    const before = place === undefined ? null : String(place);
    const found = await listTokens(ctx.db, { person, before, limit: query.limit }, ctx.now);
    return toPage(
      found,
      query.limit,
      ({ id }) => [id],
      (token) => token,
    );
  });
  bind(app, services, 'createToken', (ctx, { body }) => createToken(ctx, body));
  bind(app, services, 'revokeToken', (ctx, { params }) => revokeToken(ctx, params.id));
}
