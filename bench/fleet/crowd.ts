import type { HostState } from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { openConnection } from './connection.ts';
import { enrolMany } from './enrolled.ts';
import type { Ground } from './ground.ts';
import { pick, readPackages } from './packages.ts';
import { checkIn, digestOf, factsOf, pack, type SimulatedHost } from './simulated-host.ts';

/** A machine that has reported, and knows what the server holds of it. */
export interface Member extends SimulatedHost {
  state: HostState;
  /** What it sends while nothing is new. */
  digest: string;
  lines: readonly string[];
}

const IMAGES = 40;
const COMMON = 700;
const OWN = 100;
const PER_STATEMENT = 10_000;

/**
 * So many machines built from 40 images of 800 packages, enrolled and reported: the first of each image through the
 * protocol, the others straight into the database, as if they had.
 */
export async function makeCrowd(ground: Ground, count: number, random: () => number): Promise<Member[]> {
  const hosts = await enrolMany(ground, count);
  const [root] = await ground.query('SELECT coalesce(max(version), 0) AS version FROM access_root');
  const roots_held = Number(root?.['version']);
  const { lines } = readPackages();
  const common = pick(lines, COMMON, random);
  const isCommon = new Set(common);
  const others = lines.filter((line) => !isCommon.has(line));
  const images = Array.from({ length: Math.min(IMAGES, count) }, () =>
    [...common, ...pick(others, OWN, random)].sort(),
  );
  const digests = images.map((each) => inventoryDigest(each, nodeCryptography.sha256));
  const crowd = hosts.map((host, at) =>
    member(host, images[at % images.length] ?? [], {
      inventory_digest: digests[at % images.length] ?? '',
      roots_held,
      check_in_seconds: ground.checkInSeconds,
    }),
  );
  const connection = await openConnection(ground.url);
  for (const first of crowd.slice(0, images.length)) {
    const { state, lines: added, asset } = first;
    const inventory = { base: null, added, removed: [] };
    const { status } = await checkIn(
      connection,
      first,
      pack({ was: null, now: state, inventory, updates: [], facts: factsOf(asset) }),
    );
    if (status !== 204) throw new Error(`a first report was answered ${status}`);
  }
  connection.close();
  for (let from = images.length; from < count; from += PER_STATEMENT)
    await adopt(ground, crowd.slice(from, Math.min(count, from + PER_STATEMENT)));
  await ground.query('VACUUM ANALYZE');
  return crowd;
}

function member(
  host: SimulatedHost,
  lines: readonly string[],
  of: Pick<HostState, 'inventory_digest' | 'roots_held' | 'check_in_seconds'>,
): Member {
  const facts = factsOf(host.asset);
  const state: HostState = {
    ...of,
    updates_digest: digestOf([]),
    facts_digest: digestOf(facts),
    boot_id: facts.boot_id,
    root_version: 0,
  };
  return { ...host, lines, state, digest: stateDigest(state) };
}

async function adopt(ground: Ground, some: readonly Member[]): Promise<void> {
  const digests = (of: 'inventory_digest' | 'updates_digest' | 'facts_digest') =>
    some.map(({ state }) => Buffer.from(state[of] ?? '', 'hex'));
  const assets = some.map(({ asset }) => asset);
  await ground.query(
    `UPDATE inventory_asset a SET set_digest = t.inventory, updates_digest = t.updates, facts_digest = t.digest, facts = t.facts,
        boot_id = t.boot, last_check_in_at = now(), inventory_at = now(), updates_at = now(), facts_at = now()
      FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::jsonb[], $6::text[])
        AS t (asset, inventory, updates, digest, facts, boot) WHERE a.id = t.asset`,
    [
      assets,
      digests('inventory_digest'),
      digests('updates_digest'),
      digests('facts_digest'),
      assets.map((asset) => JSON.stringify(factsOf(asset))),
      some.map(({ state }) => state.boot_id),
    ],
  );
  await ground.query(
    'INSERT INTO inventory_set_period (asset, digest, from_at) SELECT asset, digest, now() FROM unnest($1::text[], $2::bytea[]) AS t (asset, digest)',
    [assets, digests('inventory_digest')],
  );
}
