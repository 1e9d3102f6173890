import { lockFindings } from '@fleetmend/server/findings/finding.store.ts';
import { matchNewPackages, systemOf } from '@fleetmend/server/findings/match-packages.ts';
import { readFleetIndex } from '@fleetmend/server/findings/read-fleet-index.ts';
import { rematch } from '@fleetmend/server/findings/rematch.ts';
import { readSoftware } from '@fleetmend/server/inventory/contents.queries.ts';
import { seeded } from '../fleet/packages.ts';
import { atMost, type BenchContext, type Result, told } from '../report.ts';
import { addRules, type FleetSize, fillFleet, type MadeRule, OS } from './fleet-data.ts';
import type { Store } from './postgres.ts';

/** The shape that Fleet has published figures of (fleetdm/fleet PR 44684): hosts × software, and its distinct software. */
const SIZE: FleetSize = { assets: 6252, packages: 2302, software: 61_213, names: 6000, images: 50, differing: 40 };
const SHORT: FleetSize = { assets: 60, packages: 200, software: 6000, names: 600, images: 5, differing: 10 };
const RULES = { whole: 40_000, short: 2000 };
const RUNS = 5;
/** Its time for that, from 61,213 packages to 305,826 matches, before and after they mended it: 10 min 53 s and 4 min 26 s. */
const PEER = { name: 'Fleet (published)', value: 266 };

/**
 * All rules are replaced, as by the load of a feed that has changed everywhere; then comes what the server does: rules and
 * packages are read from PostgreSQL, matched, the matches written, the assets that they touch found and noted as due, and the
 * transaction committed to disk. All of that is timed, and nothing else.
 */
export async function fleetShape(store: Store, { seed, is_short, note }: BenchContext): Promise<Result[]> {
  const { db } = store.ctx;
  const size = is_short ? SHORT : SIZE;
  const count = is_short ? RULES.short : RULES.whole;
  note(`a fleet of ${size.assets} × ${size.packages}`);
  await fillFleet(store, size);
  const packages = await readSoftware(
    db,
    Array.from({ length: size.software }, (_, at) => at + 1),
  );
  await store.inTransaction((ctx) => matchNewPackages(ctx.db, systemOf(OS), packages));
  const begun = performance.now();
  await readFleetIndex(store.ctx);
  const indexed = performance.now() - begun;
  const random = seeded(seed);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await store.query('TRUNCATE advisory CASCADE');
    await addRules(store, makeRules(run, { ...size, count }, random));
    note(`re-matching, ${run + 1} of ${RUNS}`);
    const start = performance.now();
    await store.inTransaction(async (ctx) => {
      await lockFindings(ctx.db);
      await rematch(ctx);
    });
    times.push((performance.now() - start) / 1000);
  }
  const middle = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  const [counted] = await store.query(
    'SELECT count(*) AS looked, sum(cardinality(rules)) AS matches FROM finding_match',
  );
  const name = `${size.assets} × ${size.packages}`;
  return [
    atMost(
      1,
      { metric: `${name}, ${count} rules: re-matched, kept, assets noted, committed`, value: middle, unit: 's' },
      PEER,
    ),
    told({ metric: `${name}: the slowest of ${RUNS}`, value: Math.max(...times), unit: 's' }),
    told({ metric: `${name}: distinct packages held against the rules`, value: Number(counted?.['looked']), unit: '' }),
    told({ metric: `${name}: matches kept`, value: Number(counted?.['matches']), unit: '' }),
    told({ metric: `${name}: the index of who has what, read from PostgreSQL`, value: indexed, unit: 'ms' }),
  ];
}

/** Most versions of a package are below the version that ends it. */
function makeRules(
  run: number,
  { software, names, count }: FleetSize & { count: number },
  random: () => number,
): MadeRule[] {
  const versions = Math.ceil(software / names);
  return Array.from({ length: count }, (_, at) => ({
    advisory: `CVE-${2010 + run}-${10_000 + at}`,
    package: `package-${Math.floor(random() * names)}`,
    fixed: `1.${5 + Math.floor(random() * (versions - 4))}-1`,
  }));
}
