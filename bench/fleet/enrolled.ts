import { generateKeyPairSync } from 'node:crypto';
import { readServerKey } from '@fleetmend/server/inventory/host.store.ts';
import type { Ground } from './ground.ts';
import { openSimulated, type SimulatedHost } from './simulated-host.ts';

/** Enrols many hosts at once, each with an open session, straight into the database: what is measured comes after. */
export async function enrolMany(ground: Ground, count: number): Promise<SimulatedHost[]> {
  const server = await readServerKey(ground.db);
  if (server === null) throw new Error('the server has no key yet');
  const { exchange_key, sessionOf } = openSimulated(server.public_key);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const keys = { privateKey, serverKey: server.public_key };
  const hosts = Array.from({ length: count }, (_, at) => {
    const asset = `host_${String(at).padStart(26, '0')}`;
    return { asset, session: sessionOf(asset), keys };
  });
  const PER_STATEMENT = 10_000;
  for (let from = 0; from < count; from += PER_STATEMENT) {
    const some = hosts.slice(from, from + PER_STATEMENT);
    const assets = some.map(({ asset }) => asset);
    await ground.query(
      `INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, enrolled_at)
      SELECT asset, 'bench-' || asset, asset, encode(sha256(asset::bytea), 'hex'), $2, now() FROM unnest($1::text[]) AS t (asset)`,
      [assets, spki],
    );
    await ground.query(
      `INSERT INTO inventory_session (asset, exchange_key, step, link, previous)
      SELECT asset, $3, 1, link, '' FROM unnest($1::text[], $2::text[]) AS t (asset, link)`,
      [assets, some.map(({ session }) => session.link), exchange_key],
    );
  }
  return hosts;
}
