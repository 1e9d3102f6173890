import type { FastifyInstance } from 'fastify';
import { bind } from '../../platform/bind.ts';
import { readCursor, toPage } from '../../platform/cursor.ts';
import type { Services } from '../../platform/http.ts';
import { addSshHost, confirmHostKey, findSshHost, requestRead } from './add-ssh-host.ts';
import { describeSshHost } from './describe-ssh-host.ts';
import { ACCOUNT, setupText } from './setup-text.ts';
import { openSshAuthority } from './ssh-authority.ts';
import { listSshHostRows } from './ssh-host.store.ts';
import { fingerprintOf } from './ssh-host-key.ts';

/** Binds what people do about machines without an agent. */
export function registerAgentlessRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'readSshAuthority', async ({ db, settings }) => {
    const { publicKey: public_key } = await openSshAuthority(db, settings.data_dir);
    return { public_key, fingerprint: fingerprintOf(public_key), account: ACCOUNT, setup: setupText(public_key) };
  });
  bind(app, services, 'listSshHosts', async (ctx, { query }) => {
    const after = readCursor(query.cursor, 2)?.map(String) ?? null;
    const found = await listSshHostRows(ctx.db, after, query.limit);
    return toPage(found, query.limit, ({ name, asset }) => [name, asset], describeSshHost);
  });
  bind(app, services, 'readSshHost', async (ctx, { params }) => describeSshHost(await findSshHost(ctx, params.id)));
  bind(app, services, 'addSshHost', async (ctx, { body }) => describeSshHost(await addSshHost(ctx, body)));
  bind(app, services, 'confirmHostKey', async (ctx, { params, body }) =>
    describeSshHost(await confirmHostKey(ctx, params.id, body.fingerprint)),
  );
  bind(app, services, 'requestSshRead', async (ctx, { params }) => {
    const host = await findSshHost(ctx, params.id);
    await requestRead(ctx, host.asset);
    return describeSshHost(host);
  });
}
