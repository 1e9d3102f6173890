import { generateKeyPairSync } from 'node:crypto';
import { readServerKey } from '@fleetmend/server/inventory/host.store.ts';
import { sql } from 'kysely';
import type { Ground } from './ground.ts';
import { openSimulated, type SimulatedHost } from './simulated-host.ts';

/** Enrols many hosts at once, each with an open session, straight into the database: what is measured comes after. */
export async function enrolMany(ground: Ground, count: number): Promise<SimulatedHost[]> {
  const server = await readServerKey(ground.db);
  if (server === null) throw new Error('the server has no key yet');
  const { exchange_key, sessionOf } = openSimulated(server.public_key);
  const spki = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
  const hosts = Array.from({ length: count }, (_, at) => {
    const asset = `host_${String(at).padStart(26, '0')}`;
    return { asset, session: sessionOf(asset) };
  });
  const PER_STATEMENT = 10_000;
  for (let from = 0; from < count; from += PER_STATEMENT) {
    const some = hosts.slice(from, from + PER_STATEMENT);
    const assets = some.map(({ asset }) => asset);
    await sql`INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, enrolled_at)
      SELECT asset, 'bench-' || asset, asset, encode(sha256(asset::bytea), 'hex'), ${spki}, now()
      FROM unnest(${assets}::text[]) AS t (asset)`.execute(ground.db);
    await sql`INSERT INTO inventory_session (asset, exchange_key, step, link, previous)
      SELECT asset, ${exchange_key}, 1, link, '' FROM unnest(${assets}::text[],
        ${some.map(({ session }) => session.link)}::text[]) AS t (asset, link)`.execute(ground.db);
  }
  return hosts;
}
