import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import type { HostState } from '@fleetmend/api/agent-protocol.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { openConnection } from '../fleet/connection.ts';
import { enrolMany } from '../fleet/enrolled.ts';
import type { Ground } from '../fleet/ground.ts';
import { readPackages } from '../fleet/packages.ts';
import { type Body, checkIn, digestOf, factsOf, pack, type SimulatedHost } from '../fleet/simulated-host.ts';
import type { Door } from './door.ts';
import { type Bomb, brotliBomb, jsonBombs } from './make-bombs.ts';

/**
 * Machines that are enrolled and have been taken over: each sends a bomb for a check-in. A machine may bring so many bytes in
 * a day, so each offer is another machine's.
 */
export async function openHostDoor(ground: Ground, offers: number): Promise<Door> {
  const bombs = hostBombs();
  const hosts = await enrolMany(ground, bombs.length * offers);
  const good = firstReport(hosts[0]?.asset ?? '');
  for (const host of hosts) if ((await send(ground, host, good)) !== 204) throw new Error('no report was taken');
  const inventories = () =>
    ground.query('SELECT asset, digest FROM inventory_set_period ORDER BY asset').then((all) => JSON.stringify(all));
  const before = await inventories();
  let next = 0;
  return {
    name: 'check-in of a machine',
    bombs,
    async isRefused({ bytes }) {
      const host = hosts[next++ % hosts.length];
      if (host === undefined) throw new Error('there is no machine');
      const headers = bytes[0] === 0x7b ? {} : { 'content-encoding': 'br' };
      return [0, 413, 422].includes(await send(ground, host, { bytes, headers }));
    },
    serves: async () => (await inventories()) === before,
  };
}

function hostBombs(): Bomb[] {
  const begin = '{"was":null,"now":{"facts_digest":[';
  const good = firstReport('host_cut');
  const plain = jsonBombs(begin, brotliDecompressSync(good.bytes).toString());
  const packed = plain.map(({ name, bytes }) => ({ name: `${name}, in brotli`, bytes: brotliCompressSync(bytes) }));
  return [
    brotliBomb(begin),
    ...plain,
    ...packed,
    { name: 'brotli cut short', bytes: Buffer.from(good.bytes.subarray(0, good.bytes.length - 20)) },
  ];
}

/** Status of the answer; 0 where the server hangs up, since it was told of more bytes than it takes. */
async function send(ground: Ground, host: SimulatedHost, body: Body): Promise<number> {
  const connection = await openConnection(ground.url);
  try {
    return (await checkIn(connection, host, body)).status;
  } catch {
    return 0;
  } finally {
    connection.close();
  }
}

function firstReport(hostname: string): Body {
  const lines = readPackages().lines.slice(0, 50).sort();
  const facts = factsOf(hostname);
  const now: HostState = {
    inventory_digest: inventoryDigest(lines, nodeCryptography.sha256),
    updates_digest: digestOf([]),
    facts_digest: digestOf(facts),
    boot_id: facts.boot_id,
    root_version: 0,
    roots_held: 0,
    check_in_seconds: 300,
  };
  return pack({ was: null, now, inventory: { base: null, added: lines, removed: [] }, updates: [], facts });
}
