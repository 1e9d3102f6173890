import type { Store } from './postgres.ts';

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

/** The system that all of it is on, and as rules name it. */
export const OS = { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian 12' };
const PLATFORM = 'debian bookworm';

/**
 * Fills a database with a fleet as check-ins would leave it: a dictionary, whole inventories of images, the difference of each
 * asset to its image, and the assets. Everything follows from the numbers, so it is the same each time.
 */
export async function fillFleet({ query }: Store, size: FleetSize): Promise<void> {
  const { assets, packages, software, names, images, differing } = size;
  const versions = Math.floor(software / names);
  const stride = Math.floor(packages / differing);
  // Only the filling is done in a hurry: it takes long, and its references are good.
  await query(`BEGIN;
    SET LOCAL statement_timeout = 0;
    SET LOCAL session_replication_role = replica;
    INSERT INTO inventory_software (ecosystem, name, version, architecture, source, source_version)
      SELECT 'deb', 'package-' || n % ${names}, v, 'amd64', 'package-' || n % ${names}, v
      FROM generate_series(0, ${software - 1}) AS n, LATERAL (SELECT '1.' || n / ${names} || '-1' AS v) AS t ORDER BY n;
    -- Of a window of names that is another one for each image, one version each.
    INSERT INTO inventory_set (digest, software_ids, created_at, package_count)
      SELECT sha256(('image ' || i)::bytea), ARRAY(
          SELECT 1 + (i * 37 + p) % ${names} + ${names} * (abs(hashint4(i * 7919 + p)) % ${versions})
          FROM generate_series(0, ${packages - 1}) AS p ORDER BY 1), now(), ${packages}
      FROM generate_series(0, ${images - 1}) AS i;
    INSERT INTO inventory_set (digest, base, software_ids, without, created_at, package_count)
      SELECT sha256(('asset ' || a)::bytea), b.digest,
        ARRAY(SELECT 1 + abs(hashint4(a * 31 + d)) % ${software} FROM generate_series(1, ${differing}) AS d),
        ARRAY(SELECT b.software_ids[1 + abs(hashint4(a)) % ${stride} + (d - 1) * ${stride}] FROM generate_series(1, ${differing}) AS d),
        now(), ${packages}
      FROM generate_series(0, ${assets - 1}) AS a JOIN inventory_set b ON b.digest = sha256(('image ' || a % ${images})::bytea);
    INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, enrolled_at, set_digest, inventory_at, facts)
      SELECT 'asset_' || lpad(a::text, 7, '0'), 'host-' || a, 'machine-' || a, 'key-' || a, '', now(), sha256(('asset ' || a)::bytea),
        now(), '{"os":${JSON.stringify(OS)}}'::jsonb
      FROM generate_series(0, ${assets - 1}) AS a;
    COMMIT`);
  await query('VACUUM ANALYZE');
}

/** A rule as a feed's load leaves it: all versions of a source package below this one, under an advisory of its own. */
export interface MadeRule {
  advisory: string;
  package: string;
  fixed: string;
}

/** What the load of a feed leaves in the end: rules, and the names of the packages of which something else is said now. */
export async function addRules({ query }: Store, rules: readonly MadeRule[]): Promise<void> {
  const given = [
    rules.map(({ advisory }) => advisory),
    rules.map((rule) => rule.package),
    rules.map(({ fixed }) => fixed),
  ];
  await query(
    `WITH r AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS r (advisory, package, fixed)), told AS (
        INSERT INTO advisory (feed, id, digest, aliases, vulnerabilities, summary, vectors, is_exploited, ingested_at)
        SELECT 'debian', advisory, sha256(advisory::bytea), '{}', ARRAY[advisory], '', '[]', false, now() FROM r
      ), ruled AS (
        INSERT INTO advisory_rule (feed, advisory, platform, package, ecosystem, names, ranges, versions, unfixed, vendor_ids, lines)
        SELECT 'debian', advisory, '${PLATFORM}', package, '${PLATFORM}', 'source', jsonb_build_array(jsonb_build_object(
          'type', 'ECOSYSTEM', 'events', jsonb_build_array(jsonb_build_object('introduced', '0'), jsonb_build_object('fixed', fixed)))),
          '{}', 'unfixed', '{}', '{}' FROM r
      ) INSERT INTO advisory_changed_key SELECT DISTINCT '${PLATFORM}', package FROM r`,
    given,
  );
}
