import { createHash } from 'node:crypto';
import type { HostState } from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { type Driven, drive } from './fleet/drive.ts';
import { enrolMany } from './fleet/enrolled.ts';
import { type Ground, openGround } from './fleet/ground.ts';
import { pick, readPackages, seeded, upgraded } from './fleet/packages.ts';
import { type Body, checkIn, digestOf, factsOf, pack, type SimulatedHost } from './fleet/simulated-host.ts';
import { atMost, type Bench, exactly, type Result, timesMore, told } from './report.ts';

const COMMON = 700;
const OWN = 100;
const CHANGED = 5;
/** Hosts for each number of clients, several times as many, so that none is spoken for twice at once; rounds over all of them. */
interface Size {
  clients: number[];
  hosts: number;
  unchanged_rounds: number;
  changed_rounds: number;
}
const WHOLE: Size = { clients: [1, 8, 64], hosts: 200, unchanged_rounds: 100, changed_rounds: 8 };
const SHORT: Size = { clients: [1, 4], hosts: 24, unchanged_rounds: 2, changed_rounds: 2 };
const CHECK_IN_SECONDS = 300;

/** PatchMon 1.4.2 on the like: measured apart, on two cores of the same kind (its best with one or eight clients). */
const PEER = 'PatchMon 1.4.2 (published)';
const PEERS = { unchanged: 4.8, changed: 4.8, full: 4.6, bytes: 126_939, disk: 790 };

interface Prepared extends SimulatedHost {
  full: Body;
  unchanged: Body;
  /** Each changes five packages of what the one before left. */
  changes: Body[];
}

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about:
    'check-ins of 200 hosts with 800 packages each: unchanged, changed, first reports; bytes on the wire and on disk',
  versions: () => versionNotes,
  async run({ seed, is_short, note }) {
    const size = is_short ? SHORT : WHOLE;
    note('starting PostgreSQL and the server');
    const ground = await openGround(CHECK_IN_SECONDS);
    try {
      const { origin, lines } = readPackages();
      versionNotes = { postgresql: ground.postgres, packages: origin };
      const results: Result[] = [];
      const fleets = await prepareFleets(ground, { lines, size, random: seeded(seed) }, note);
      for (const [at, clients] of size.clients.entries()) {
        const hosts = fleets.slice(at * size.hosts, (at + 1) * size.hosts);
        results.push(...(await measure(ground, { hosts, clients, size }, note)));
      }
      results.push(...(await weigh(ground, fleets.length)));
      results.push(told({ metric: 'server memory at the end', value: ground.serverRssBytes() / 2 ** 20, unit: 'MiB' }));
      return results;
    } finally {
      await ground.close();
    }
  },
};

/** A fleet of its own for each number of clients, so that each sends first reports. */
async function prepareFleets(
  ground: Ground,
  { lines, size, random }: { lines: readonly string[]; size: Size; random: () => number },
  note: (text: string) => void,
): Promise<Prepared[]> {
  note(`preparing ${size.clients.length} × ${size.hosts} hosts and what they will say`);
  const common = pick(lines, COMMON, random);
  const isCommon = new Set(common);
  const others = lines.filter((line) => !isCommon.has(line));
  const hosts = await enrolMany(ground, size.hosts * size.clients.length);
  return hosts.map((host) =>
    prepare(host, [...common, ...pick(others, OWN, random)].sort(), size.changed_rounds, random),
  );
}

function prepare(host: SimulatedHost, first: readonly string[], rounds: number, random: () => number): Prepared {
  let lines = first;
  const facts = factsOf(host.asset);
  const updates = lines.slice(0, 20).map((line) => updateOf(line));
  let state: HostState = {
    inventory_digest: inventoryDigest(lines, nodeCryptography.sha256),
    updates_digest: digestOf(updates),
    facts_digest: digestOf(facts),
    boot_id: facts.boot_id,
    root_version: 0,
    roots_held: 0,
    check_in_seconds: CHECK_IN_SECONDS,
  };
  const inventory = { base: null, added: lines, removed: [] };
  const full = pack({ was: null, now: state, inventory, updates, facts });
  const unchanged = pack({ state: stateDigest(state) });
  const changes = Array.from({ length: rounds }, (_, round) => {
    const places = pick([...lines.keys()], CHANGED, random).sort((a, b) => a - b);
    const gone = new Set(places);
    const added = places.map((place) => upgraded(lines[place] ?? '', round + 1));
    lines = [...lines.filter((_, place) => !gone.has(place)), ...added].sort();
    const inventory_digest = inventoryDigest(lines, nodeCryptography.sha256);
    const change = { base: state.inventory_digest, added, removed: places };
    const body = pack({ was: stateDigest(state), now: { inventory_digest }, inventory: change });
    state = { ...state, inventory_digest };
    return body;
  });
  return { ...host, full, unchanged, changes };
}

function updateOf(line: string): AvailableUpdate {
  const [, name = '', version = '', architecture = '', source = '', source_version = ''] = line.split('\t');
  return {
    ecosystem: 'deb',
    name,
    architecture,
    installed_version: version,
    candidate_version: `${version}+u9`,
    source,
    source_installed_version: source_version,
    source_candidate_version: `${source_version}+u9`,
    origin: 'Debian:12/bookworm-security',
    suite: 'stable-security',
    fix_version: null,
    advisories: [],
    severity: null,
    is_security: true,
    is_held: false,
    size: 100_000,
    sha256: createHash('sha256').update(line).digest('hex'),
    changelog_cves: null,
  };
}

async function measure(
  ground: Ground,
  { hosts, clients, size }: { hosts: readonly Prepared[]; clients: number; size: Size },
  note: (text: string) => void,
): Promise<Result[]> {
  const said = (bodies: (host: Prepared) => Body[]) =>
    drive(
      ground.url,
      hosts.map((host) => bodies(host).map((body) => ({ host, body }))),
      clients,
      (connection, { host, body }) => checkIn(connection, host, body).then(({ status }) => status === 204),
    );

  note(`${clients} clients: first reports`);
  const full = await timed(ground, hosts.length, () => said((host) => [host.full]));
  const many = hosts.length * size.unchanged_rounds;
  note(`${clients} clients: ${many} unchanged`);
  const unchanged = await timed(ground, many, () =>
    said((host) => Array.from({ length: size.unchanged_rounds }, () => host.unchanged)),
  );
  const changes = hosts.length * size.changed_rounds;
  note(`${clients} clients: ${changes} changed`);
  const changed = await timed(ground, changes, () => said((host) => host.changes.slice(0, size.changed_rounds)));
  return [
    ...describe('unchanged check-ins', unchanged, clients, { least: 5000, bytes: 400, peer: PEERS.unchanged }),
    ...describe('changed by 5 packages', changed, clients, { least: 1000, bytes: 700, peer: PEERS.changed }),
    ...describe('first full reports', full, clients, { least: 300, bytes: 12_000, peer: PEERS.full }),
  ];
}

interface Timed extends Driven {
  server_ms: number;
  postgres_ms: number;
}

/** With the CPU time each piece took, of the server and of PostgreSQL. */
async function timed(ground: Ground, pieces: number, run: () => Promise<Driven>): Promise<Timed> {
  const before = ground.cpuSeconds();
  const driven = await run();
  const after = ground.cpuSeconds();
  const each = (of: 'server' | 'postgres') => ((after[of] - before[of]) * 1000) / pieces;
  return { ...driven, server_ms: each('server'), postgres_ms: each('postgres') };
}

function describe(
  what: string,
  driven: Timed,
  clients: number,
  goal: { least: number; bytes: number; peer: number },
): Result[] {
  const name = `${what}, ${clients} client${clients === 1 ? '' : 's'}`;
  const rate = { metric: name, value: driven.per_second, unit: '/s' };
  const peer = { name: PEER, value: goal.peer };
  const times = timesMore(goal.least / goal.peer, rate, peer);
  return [
    { ...times, goal: `≥ ${goal.least} /s` },
    told({ metric: `${name}: p50`, value: driven.p50_ms, unit: 'ms' }),
    told({ metric: `${name}: p99`, value: driven.p99_ms, unit: 'ms' }),
    atMost(
      goal.bytes,
      { metric: `${name}: on the wire, both ways`, value: driven.bytes_each, unit: 'B' },
      { name: PEER, value: PEERS.bytes },
    ),
    told({ metric: `${name}: server CPU`, value: driven.server_ms, unit: 'ms' }),
    told({ metric: `${name}: PostgreSQL CPU`, value: driven.postgres_ms, unit: 'ms' }),
    exactly(0, { metric: `${name}: not answered 204`, value: driven.errors, unit: '' }),
  ];
}

/** What lies on disk for each host and package: what grows with hosts, and apart from it what grows with versions alone. */
async function weigh({ query }: Ground, hosts: number): Promise<Result[]> {
  const [row] = await query(`SELECT
      pg_total_relation_size('inventory_set') + pg_total_relation_size('inventory_set_period') AS sets,
      pg_total_relation_size('inventory_event') + pg_total_relation_size('inventory_asset')
        + pg_total_relation_size('inventory_session') AS whole,
      pg_total_relation_size('inventory_software') AS dictionary, (SELECT count(*) FROM inventory_software) AS versions,
      (SELECT sum(package_count) FROM inventory_set_period JOIN inventory_set USING (digest)) AS pairs`);
  const [sets = 0, whole = 0, dictionary = 0, versions = 0, pairs = 0] = Object.values(row ?? {}).map(Number);
  return [
    atMost(
      5,
      { metric: 'on disk for a host and package, in each inventory it ever had', value: sets / pairs, unit: 'B' },
      { name: PEER, value: PEERS.disk },
    ),
    told({
      metric: 'on disk for a host beside its packages, timeline included',
      value: whole / hosts,
      unit: 'B',
    }),
    told({
      metric: 'on disk for a version in the dictionary, once for all hosts',
      value: dictionary / versions,
      unit: 'B',
    }),
    told({ metric: 'versions in the dictionary', value: versions, unit: '' }),
  ];
}
