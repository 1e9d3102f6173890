import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { lockFindings } from '@fleetmend/server/findings/finding.store.ts';
import { matchNewPackages, systemOf } from '@fleetmend/server/findings/match-packages.ts';
import { readFleetIndex } from '@fleetmend/server/findings/read-fleet-index.ts';
import { matchChanges } from '@fleetmend/server/findings/rematch.ts';
import { readSoftware } from '@fleetmend/server/inventory/contents.queries.ts';
import { requestFindings } from '@fleetmend/server/inventory/request-findings.ts';
import { seeded } from '../fleet/packages.ts';
import { atMost, type BenchContext, exactly, p99, type Result, told } from '../report.ts';
import { addRules, type FleetSize, fillFleet, type MadeRule, OS } from './fleet-data.ts';
import type { Store } from './postgres.ts';

const SIZE: FleetSize = {
  assets: 1_000_000,
  packages: 800,
  software: 61_213,
  names: 6000,
  images: 400,
  differing: 20,
};
const SHORT: FleetSize = { assets: 2000, packages: 200, software: 6000, names: 600, images: 20, differing: 10 };
const ADVISORIES = { whole: 300, short: 12 };
/** Of these the answer is held against one that is found by looking into every inventory. */
const CHECKED = 10;
const PEER = { name: 'Fleet, its next hourly run (published)', value: 3_600_000 };

interface Answer {
  rule: MadeRule;
  assets: string[];
  milliseconds: number;
}

/**
 * An advisory is written down and committed, as the load of a feed leaves it. From then on time is counted until the exact
 * list of assets it touches is there and its matches are committed to disk: the same steps as in the server, with its index.
 */
export async function newAdvisories(store: Store, { seed, is_short, note }: BenchContext): Promise<Result[]> {
  const size = is_short ? SHORT : SIZE;
  const count = is_short ? ADVISORIES.short : ADVISORIES.whole;
  note(`a fleet of ${size.assets.toLocaleString('en')} × ${size.packages}, each asset with an inventory of its own`);
  await fillFleet(store, size);
  const packages = await readSoftware(
    store.ctx.db,
    Array.from({ length: size.software }, (_, at) => at + 1),
  );
  await store.inTransaction((ctx) => matchNewPackages(ctx.db, systemOf(OS), packages));
  note('reading the index of who has what');
  const begun = performance.now();
  await readFleetIndex(store.ctx);
  const indexed = (performance.now() - begun) / 1000;
  const random = seeded(seed);
  note(`${count} new advisories, one after the other`);
  const answers: Answer[] = [];
  for (let at = 0; at < count; at++) answers.push(await answer(store, makeRule(at, size, random)));
  const kept = answers.toSorted((a, b) => b.assets.length - a.assets.length);
  const noting = performance.now();
  await store.inTransaction((ctx) => requestFindings(ctx, kept[0]?.assets ?? []));
  const noted = performance.now() - noting;
  note('looking into every inventory');
  const wrong = await countWrong(store, answers.slice(0, CHECKED));
  const times = answers.map(({ milliseconds }) => milliseconds);
  const middle = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  const name = `a new advisory to its exact assets, of ${size.assets.toLocaleString('en')}`;
  const found = answers.reduce((sum, { assets }) => sum + assets.length, 0);
  return [
    atMost(20, { metric: `${name}: p99 of ${count}`, value: p99(times), unit: 'ms' }, PEER),
    told({ metric: `${name}: p50`, value: middle, unit: 'ms' }),
    exactly(0, {
      metric: `${name}: lists that differ from a look into every inventory, of ${CHECKED}`,
      value: wrong,
      unit: '',
    }),
    told({ metric: `${name}: assets in a list, on average`, value: found / count, unit: '' }),
    told({ metric: `${name}: the longest list`, value: kept[0]?.assets.length ?? 0, unit: '' }),
    told({ metric: 'the longest list noted as due for new findings', value: noted, unit: 'ms' }),
    told({
      metric: `the index of ${size.assets.toLocaleString('en')} assets, read from PostgreSQL`,
      value: indexed,
      unit: 's',
    }),
    told({ metric: 'memory of the process with that index', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' }),
  ];
}

function makeRule(at: number, { software, names }: FleetSize, random: () => number): MadeRule {
  const versions = Math.ceil(software / names);
  return {
    advisory: `CVE-2026-${10_000 + at}`,
    package: `package-${Math.floor(random() * names)}`,
    fixed: `1.${1 + Math.floor(random() * versions)}-1`,
  };
}

async function answer(store: Store, rule: MadeRule): Promise<Answer> {
  await addRules(store, [rule]);
  const begun = performance.now();
  const assets = await store.inTransaction(async (ctx) => {
    await lockFindings(ctx.db);
    const found: string[] = [];
    for (const { system, software } of await matchChanges(ctx)) {
      const index = await readFleetIndex(ctx);
      for (const asset of index.assetsWith(system, software)) found.push(asset);
    }
    return found;
  });
  return { rule, assets, milliseconds: performance.now() - begun };
}

const PAGE = 20_000;

/** Compares versions one by one, looks into the inventory of each asset, and counts the answers that are not the same. */
async function countWrong(store: Store, answers: readonly Answer[]): Promise<number> {
  const wanted = await Promise.all(answers.map(({ rule }) => readAffected(store, rule)));
  const images = await store.query(
    `SELECT encode(digest, 'hex') AS base, software_ids AS ids FROM inventory_set WHERE base IS NULL`,
  );
  const ofImage = new Map(
    (images as unknown as StoredInventory[]).map(({ base, ids }) => [
      base,
      wanted.map((own) => ids.filter((id) => own.has(id))),
    ]),
  );
  const lists = answers.map((): string[] => []);
  for (let after = '', isMore = true; isMore; ) {
    const page = (await store.query(
      `SELECT a.id, encode(s.base, 'hex') AS base, s.software_ids AS ids, s.without
       FROM inventory_asset a JOIN inventory_set s ON s.digest = a.set_digest WHERE a.id > $1 ORDER BY a.id LIMIT ${PAGE}`,
      [after],
    )) as unknown as StoredInventory[];
    for (const { id, base, ids, without } of page)
      for (const [at, own] of wanted.entries()) {
        const kept = ofImage.get(base)?.[at]?.some((each) => !without.includes(each)) === true;
        if (kept || ids.some((each) => own.has(each))) lists[at]?.push(id);
      }
    after = page.at(-1)?.id ?? '';
    isMore = page.length === PAGE;
  }
  return answers.filter(({ assets }, at) => assets.toSorted().join() !== lists[at]?.join()).length;
}

interface StoredInventory {
  id: string;
  base: string;
  ids: number[];
  without: number[];
}

async function readAffected({ query }: Store, rule: MadeRule): Promise<Set<number>> {
  const named = await query('SELECT id, source_version AS version FROM inventory_software WHERE source = $1', [
    rule.package,
  ]);
  const below = named.filter(({ version }) => compareIn('deb', String(version), rule.fixed) === -1);
  return new Set(below.map(({ id }) => Number(id)));
}
