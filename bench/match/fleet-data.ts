import { type Db, rows } from '@fleetmend/server/platform/database.ts';
import { sql } from 'kysely';

/** How much of everything there is in a made fleet. */
export interface FleetSize {
  assets: number;
  /** Packages of each asset. */
  packages: number;
  /** Distinct packages of the whole fleet, under so many names. */
  software: number;
  names: number;
  /** Images that assets are made from; from its image each asset differs by so many packages, gone and added. */
  images: number;
  differing: number;
}

/** The system that all of it is on, as rules name it. */
export const OS = { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian 12' };
export const PLATFORM = 'debian bookworm';

/**
 * Fills a database with a fleet as check-ins would leave it: a dictionary, whole inventories of images, the difference of each
 * asset to its image, and the assets. Everything follows from the numbers, so it is the same each time.
 */
export async function fillFleet(db: Db, size: FleetSize): Promise<void> {
  const { assets, packages, software, names, images, differing } = size;
  await sql`INSERT INTO inventory_software (ecosystem, name, version, architecture, source, source_version)
    SELECT 'deb', 'package-' || n % ${names}::int, v, 'amd64', 'package-' || n % ${names}::int, v
    FROM generate_series(0, ${software}::int - 1) AS n, LATERAL (SELECT '1.' || n / ${names}::int || '-1' AS v) AS t ORDER BY n`.execute(
    db,
  );
  // Of a window of names that is another one for each image, one version each.
  await sql`INSERT INTO inventory_set (digest, software_ids, created_at, package_count)
    SELECT sha256(('image ' || i)::bytea), ARRAY(
        SELECT 1 + ((i * 37 + p) % ${names}::int + ${names}::int * (abs(hashint4(i * 7919 + p)) % (${software}::int / ${names}::int)))
        FROM generate_series(0, ${packages}::int - 1) AS p ORDER BY 1), now(), ${packages}::int
    FROM generate_series(0, ${images}::int - 1) AS i`.execute(db);
  await sql`INSERT INTO inventory_set (digest, base, software_ids, without, created_at, package_count)
    SELECT sha256(('asset ' || a)::bytea), b.digest, ARRAY(
        SELECT 1 + abs(hashint4(a * 31 + d)) % ${software}::int FROM generate_series(1, ${differing}::int) AS d),
      ARRAY(SELECT b.software_ids[1 + (abs(hashint4(a)) % ${Math.floor(packages / differing)}::int) + (d - 1) * ${Math.floor(packages / differing)}::int]
        FROM generate_series(1, ${differing}::int) AS d), now(), ${packages}::int
    FROM generate_series(0, ${assets}::int - 1) AS a JOIN inventory_set b ON b.digest = sha256(('image ' || a % ${images}::int)::bytea)`.execute(
    db,
  );
  await sql`INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, enrolled_at, set_digest, inventory_at, facts)
    SELECT 'asset_' || lpad(a::text, 7, '0'), 'host-' || a, 'machine-' || a, 'key-' || a, '', now(), sha256(('asset ' || a)::bytea), now(),
      jsonb_build_object('os', ${JSON.stringify(OS)}::jsonb)
    FROM generate_series(0, ${assets}::int - 1) AS a`.execute(db);
  await sql`ANALYZE`.execute(db);
}

/** A rule as a feed's load leaves it: all versions of a source package below this one, under an advisory of its own. */
export interface MadeRule {
  advisory: string;
  package: string;
  fixed: string;
}

/** What the load of a feed does in the end, in the place of all that it said before. */
export async function replaceRules(db: Db, rules: readonly MadeRule[]): Promise<void> {
  await sql`TRUNCATE advisory CASCADE`.execute(db);
  await addRules(db, rules);
}

/** The same, beside what it said before. */
export async function addRules(db: Db, rules: readonly MadeRule[]): Promise<void> {
  const column = (read: (rule: MadeRule) => string) => sql`${rules.map(read)}::text[]`;
  const given = sql`unnest(${column(({ advisory }) => advisory)}, ${column((rule) => rule.package)}, ${column(({ fixed }) => fixed)})
    AS r (advisory, package, fixed)`;
  await sql`INSERT INTO advisory (feed, id, digest, aliases, vulnerabilities, summary, vectors, is_exploited, ingested_at)
    SELECT 'debian', advisory, sha256(advisory::bytea), '{}', ARRAY[advisory], '', '[]', false, now() FROM ${given}`.execute(
    db,
  );
  await sql`INSERT INTO advisory_rule (feed, advisory, platform, package, ecosystem, names, ranges, versions, unfixed, vendor_ids, lines)
    SELECT 'debian', advisory, ${PLATFORM}, package, ${PLATFORM}, 'source', jsonb_build_array(jsonb_build_object('type', 'ECOSYSTEM',
      'events', jsonb_build_array(jsonb_build_object('introduced', '0'), jsonb_build_object('fixed', fixed)))), '{}', 'unfixed', '{}', '{}'
    FROM ${given}`.execute(db);
  await sql`INSERT INTO advisory_changed_key SELECT DISTINCT ${PLATFORM}, package FROM ${given}`.execute(db);
}

/** The whole dictionary. */
export async function countMatches(db: Db): Promise<{ packages: number; matches: number }> {
  const [row] = await rows(
    db,
    sql<{
      packages: number;
      matches: number;
    }>`SELECT count(*) AS packages, coalesce(sum(cardinality(rules)), 0) AS matches FROM finding_match`,
  );
  return row ?? { packages: 0, matches: 0 };
}
