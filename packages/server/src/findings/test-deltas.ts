import { createHash } from 'node:crypto';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import type { AssetFacts, Software } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { sql } from 'kysely';
import { replaceAdvisories, type TestAdvisory } from '../advisories/test-advisories.ts';
import { retireAssetRow } from '../inventory/inventory.store.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import { openSoftwareLibrary, type SoftwareLibrary } from '../inventory/software-library.ts';
import { takeReports } from '../inventory/take-reports.ts';
import type { Ctx } from '../platform/context.ts';
import { rows } from '../platform/database.ts';
import { keepFindings } from './keep-findings.ts';
import { systemOf } from './match-packages.ts';
import { readFleetIndex } from './read-fleet-index.ts';
import { aFacts, aSoftware, enrol } from './test-assets.ts';

/** How much changes: so many changes, in rounds (three, or a multiple of it) after each of which the server catches up. */
export interface DeltaPlan {
  deltas: number;
  rounds: number;
  assets: number;
  seed: number;
}

interface Machine {
  asset: string;
  hostname: string;
  os: { id: string; version_id: string };
  versions: Map<string, number>;
}

/** What is said of a package: who has which version, which of them are affected. */
interface Saying {
  package: string;
  ecosystem: string;
  fixed: number | null;
  isWithdrawn: boolean;
}

const SYSTEMS = [
  { id: 'debian', version_id: '12' },
  { id: 'debian', version_id: '11' },
  { id: 'almalinux', version_id: '9.4' },
];
const ECOSYSTEMS = ['Debian:12', 'Debian:11', 'AlmaLinux:9', 'PyPI'];
const NAMES = Array.from({ length: 60 }, (_, at) => `lib_${at}`);
const VERSIONS = 9;
/** How many of a round's changes are of machines: where few or none are, the index alone says which are touched. */
const SHARES = [0.8, 0.02, 0];

/** What the server holds that follows from inventories and advisories alone, as lines. */
export interface Held {
  findings: string[];
  /** What each package in use is matched by. */
  matches: string[];
  /** Which assets have each package, by the index in memory. */
  index: string[];
}

/**
 * Changes machines and advisories at random, as check-ins and loads of a feed do, and lets the server catch up after each
 * round. @returns what it holds then, and what it holds once everything is computed from nothing
 */
export async function runDeltas(ctx: Ctx, plan: DeltaPlan): Promise<{ incremental: Held; rebuilt: Held }> {
  const { deltas, rounds } = plan;
  const random = seeded(plan.seed);
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const library = openSoftwareLibrary(ctx.db);
  const sayings = new Map<string, Saying>();
  const machines: Machine[] = [];
  let enrolled = 0;
  const stirred = new Set<Machine>();
  const addMachine = async () => {
    const hostname = `host-${enrolled++}`;
    const machine = { asset: await enrol(ctx, hostname), hostname, os: one(SYSTEMS), versions: new Map() };
    for (let at = 0; at < NAMES.length / 3; at++) machine.versions.set(one(NAMES), Math.floor(random() * VERSIONS));
    machines.push(machine);
    stirred.add(machine);
  };
  while (machines.length < plan.assets) await addMachine();

  async function changeMachine(): Promise<void> {
    const machine = one(machines);
    stirred.add(machine);
    const kind = random();
    if (kind < 0.03) machine.os = one(SYSTEMS);
    else if (kind < 0.04) {
      machines.splice(machines.indexOf(machine), 1);
      stirred.delete(machine);
      await retireAssetRow(ctx.db, machine.asset, ctx.now);
      await requestFindings(ctx, [machine.asset]);
      await addMachine();
    } else if (kind < 0.25) machine.versions.delete(one(NAMES));
    else machine.versions.set(one(NAMES), Math.floor(random() * VERSIONS));
  }
  function changeAdvisory(): void {
    const kind = random();
    const known = [...sayings.keys()];
    if (known.length > 200 && kind < 0.5) sayings.delete(one(known));
    const id = kind < 0.75 ? `CVE-2026-${10_000 + Math.floor(random() * 1000)}` : one([...known, 'CVE-2026-9999']);
    const fixed = random() < 0.2 ? null : Math.floor(random() * VERSIONS);
    sayings.set(id, { package: one(NAMES), ecosystem: one(ECOSYSTEMS), fixed, isWithdrawn: random() < 0.05 });
  }
  for (let round = 0; round < rounds; round++) {
    const share = SHARES[round % SHARES.length] ?? 0;
    for (let delta = 0; delta < deltas / rounds; delta++)
      if (random() < share) await changeMachine();
      else changeAdvisory();
    await reportAll(ctx, library, [...stirred]);
    stirred.clear();
    await replaceAdvisories(ctx, 'osv', [...sayings].map(toAdvisory));
    while (await keepFindings(ctx));
  }
  const incremental = await readHeld(ctx);
  // Another process, that has seen nothing yet, with nothing kept.
  const fresh = { ...ctx, settings: { ...ctx.settings } };
  await sql`TRUNCATE finding, finding_match, finding_name CASCADE`.execute(ctx.db);
  const all = await rows(ctx.db, sql<{ id: string }>`SELECT id FROM inventory_asset`);
  await requestFindings(
    fresh,
    all.map(({ id }) => id),
  );
  while (await keepFindings(fresh));
  return { incremental, rebuilt: await readHeld(fresh) };
}

/** Numbers in [0, 1) that follow from the seed alone (xorshift32). */
function seeded(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function toAdvisory([id, saying]: [string, Saying]): TestAdvisory {
  const { package: name, ecosystem, fixed, isWithdrawn } = saying;
  const events = [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed: `1.${fixed}` }])];
  const ranges = [{ type: 'ECOSYSTEM', events }];
  return {
    id,
    vulnerabilities: [id],
    withdrawn: isWithdrawn ? '2026-01-01T00:00:00Z' : null,
    affected: [{ ecosystem, package: name, ranges, versions: [], severity: null }],
  };
}

/** Every third package is one of a language, whatever the system. */
function softwareOf({ os, versions }: Machine): Software[] {
  return [...versions].map(([name, version]) => {
    if (NAMES.indexOf(name) % 3 === 0)
      return aSoftware(name, `1.${version}`, { ecosystem: 'PyPI', architecture: 'all' });
    return aSoftware(name, `1.${version}`, { ecosystem: os.id === 'debian' ? 'deb' : 'rpm' });
  });
}

async function reportAll(ctx: Ctx, library: SoftwareLibrary, machines: readonly Machine[]): Promise<void> {
  const reports = await Promise.all(
    machines.map(async (machine) => {
      const lines = softwareOf(machine).map(softwareLine).sort();
      const facts = aFacts(machine.hostname, { os: { ...machine.os, codename: '', name: '' } });
      const inventory_digest = inventoryDigest(lines, nodeCryptography.sha256);
      const facts_digest = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
      const set = await library.prepare(inventory_digest, lines, () => true);
      return { asset: machine.asset, now: { inventory_digest, facts_digest }, set, updates: null, facts };
    }),
  );
  await ctx.db.transaction().execute((db) => takeReports({ ...ctx, db }, reports));
}

async function readHeld(ctx: Ctx): Promise<Held> {
  const findings = await rows(
    ctx.db,
    sql<{
      line: string;
    }>`SELECT concat_ws(' ', asset, ecosystem, source, vulnerability, package, installed_version, fixed_version, state,
        evidence::text) AS line FROM finding WHERE cleared_at IS NULL ORDER BY 1`,
  );
  const matched = await rows(
    ctx.db,
    sql<{ system: string; software: number; advisories: string }>`SELECT m.system, m.software,
        ARRAY(SELECT r.advisory FROM advisory_rule r WHERE r.id = ANY (m.rules) ORDER BY 1)::text AS advisories FROM finding_match m`,
  );
  const index = await readFleetIndex(ctx);
  const packages = await rows(ctx.db, sql<{ id: number }>`SELECT id FROM inventory_software ORDER BY id`);
  const who = new Map<string, string[]>();
  for (const system of index.systems())
    for (const { id } of packages) {
      const assets = index.assetsWith(system, [id]).sort();
      if (assets.length > 0) who.set(keyOf(system, id), assets);
    }
  return {
    findings: findings.map(({ line }) => line),
    // What was looked at once and nobody has any more is left out: it is matched as long as it is there.
    matches: matched
      .filter(({ system, software }) => who.has(keyOf(system, software)))
      .map(({ system, software, advisories }) => `${keyOf(system, software)} ${advisories}`)
      .sort(),
    index: [...who].map(([key, assets]) => `${key} ${assets}`).sort(),
  };
}

/** The same as `Held.index`, by looking into the inventory of each machine. */
export async function lookIntoEach(ctx: Ctx): Promise<string[]> {
  const found = await rows(
    ctx.db,
    sql<{ asset: string; os: AssetFacts['os'] | null; ids: number[] }>`SELECT id AS asset, facts->'os' AS os,
        ARRAY(SELECT inventory_set_ids(set_digest)) AS ids FROM inventory_asset WHERE retired_at IS NULL ORDER BY id`,
  );
  const who = new Map<string, string[]>();
  for (const { asset, os, ids } of found)
    for (const id of ids) {
      const key = keyOf(systemOf(os), id);
      who.set(key, [...(who.get(key) ?? []), asset]);
    }
  return [...who].map(([key, assets]) => `${key} ${assets}`).sort();
}

function keyOf(system: string, software: number): string {
  return `${system} #${software}`;
}
