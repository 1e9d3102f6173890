import type { AssetFacts, AssetWorth, ReachedBy } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';
import type { PatchRow } from './patch.store.ts';

export interface BoardAsset extends AssetWorth {
  id: string;
  hostname: string;
  reached_by: ReachedBy;
  last_check_in_at: string | null;
  /** Two machines come with its key since then; what it says counts no more. */
  cloned_at: string | null;
  /** Hex, so that machines with the same packages or updates are read once. */
  set_digest: string | null;
  updates_digest: string | null;
  os: AssetFacts['os'] | null;
  reboot_required: boolean;
  reboot_reasons: string[];
}

/** Every asset that is not retired, with what its patches depend on. */
export async function listBoardAssets(db: Db): Promise<BoardAsset[]> {
  return rows(
    db,
    sql<BoardAsset>`SELECT id, hostname, CASE WHEN key_id IS NULL THEN 'ssh' ELSE 'agent' END AS reached_by, last_check_in_at, cloned_at, encode(set_digest, 'hex') AS set_digest, encode(updates_digest, 'hex') AS updates_digest,
        criticality, data_sensitivity, exposure, facts->'os' AS os, coalesce((facts->>'reboot_required')::boolean, false) AS reboot_required,
        coalesce(facts->'reboot_reasons', '[]') AS reboot_reasons
      FROM inventory_asset WHERE retired_at IS NULL ORDER BY hostname, id`,
  );
}

/** The installed versions of these source packages in each inventory: digest, then source. */
export async function readSourceVersions(
  db: Db,
  digests: readonly string[],
  sources: readonly string[],
): Promise<Map<string, Map<string, string[]>>> {
  const found = await rows(
    db,
    sql<{ digest: string; source: string; versions: string[] }>`SELECT encode(t.digest, 'hex') AS digest, s.source,
        array_agg(DISTINCT s.source_version) AS versions
      FROM unnest(${digests.map((hex) => Buffer.from(hex, 'hex'))}::bytea[]) AS t (digest),
        LATERAL inventory_set_ids(t.digest) AS member JOIN inventory_software s ON s.id = member
      WHERE s.source = ANY (${[...sources]}) GROUP BY t.digest, s.source`,
  );
  const bySet = new Map<string, Map<string, string[]>>();
  for (const { digest, source, versions } of found) {
    const sourcesOfSet = bySet.get(digest) ?? new Map<string, string[]>();
    sourcesOfSet.set(source, versions);
    bySet.set(digest, sourcesOfSet);
  }
  return bySet;
}

export type KeptPatch = Pick<PatchRow, 'id' | 'ecosystem' | 'source' | 'to_version' | 'first_seen_at'> & {
  releases: string[];
};

/** What is kept of each of these patches beside what is offered now. */
export async function readKeptPatches(
  db: Db,
  patches: readonly { ecosystem: string; source: string; to_version: string }[],
): Promise<KeptPatch[]> {
  return rows(
    db,
    sql<KeptPatch>`SELECT p.id, p.ecosystem, p.source, p.to_version, p.first_seen_at,
        ARRAY(SELECT DISTINCT release FROM patch_offer o WHERE o.patch = p.id) AS releases
      FROM patch p JOIN unnest(${patches.map(({ ecosystem }) => ecosystem)}::text[], ${patches.map(({ source }) => source)}::text[],
        ${patches.map(({ to_version }) => to_version)}::text[]) AS g (ecosystem, source, to_version) USING (ecosystem, source, to_version)`,
  );
}
