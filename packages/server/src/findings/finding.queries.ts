import type { ClearedBecause } from '@fleetmend/domain/findings/derived-finding.ts';
import type { SettledFinding } from '@fleetmend/domain/findings/settle-findings.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

export interface ReportedAsset {
  id: string;
  is_retired: boolean;
  facts: AssetFacts | null;
  /** Hex. */
  set_digest: string | null;
  updates_digest: string | null;
}

/** What these assets have reported last; one that does not exist is left out. */
export async function readReported(db: Db, assets: readonly string[]): Promise<ReportedAsset[]> {
  return rows(
    db,
    sql<ReportedAsset>`SELECT id, retired_at IS NOT NULL AS is_retired, facts, encode(set_digest, 'hex') AS set_digest,
        encode(updates_digest, 'hex') AS updates_digest FROM inventory_asset WHERE id = ANY (${[...assets]}) ORDER BY id`,
  );
}

/** A finding as it is stored, and where. */
export interface FindingView extends Omit<SettledFinding, 'is_patch_available' | 'published_at'> {
  id: string;
  asset: string;
  hostname: string;
  updates_at: string | null;
  detected_at: string;
  cleared_at: string | null;
  cleared_because: ClearedBecause | null;
}

const findingView = sql`f.id, f.asset, a.hostname, f.ecosystem, f.source, f.vulnerability, f.package, f.architecture,
  f.installed_version, f.fixed_version, f.state, f.evidence, f.decided_by, f.waits_for, a.updates_at, f.detected_at, f.cleared_at,
  f.cleared_because`;

/** One finding, open or over; null where there is none. */
export async function readFindingView(db: Db, id: string): Promise<FindingView | null> {
  return first(
    db,
    sql<FindingView>`SELECT ${findingView} FROM finding f JOIN inventory_asset a ON a.id = f.asset WHERE f.id = ${id}`,
  );
}

export interface FindingFilter {
  /** An id or a host name. */
  asset: string | null;
  vulnerability: string | null;
  isOpen: boolean;
  /** Only what an update of this source package to this version clears: `cleared` are fixed versions at or below it. */
  patch: { ecosystem: string; source: string; cleared: readonly string[]; assets: readonly string[] } | null;
  after: readonly (string | number)[] | null;
  limit: number;
}

/** Findings, those detected last first. */
export async function listFindingViews(
  db: Db,
  { asset, vulnerability, isOpen, patch, after, limit }: FindingFilter,
): Promise<FindingView[]> {
  return rows(
    db,
    sql<FindingView>`SELECT ${findingView} FROM finding f JOIN inventory_asset a ON a.id = f.asset
      WHERE (f.cleared_at IS NULL) = ${isOpen}
        AND (${asset}::text IS NULL OR f.asset = ${asset} OR a.hostname = ${asset})
        AND (${vulnerability}::text IS NULL OR f.vulnerability = ${vulnerability})
        AND (${patch === null} OR (f.ecosystem = ${patch?.ecosystem ?? ''} AND f.source = ${patch?.source ?? ''}
          AND f.fixed_version = ANY (${[...(patch?.cleared ?? [])]}) AND f.asset = ANY (${[...(patch?.assets ?? [])]})))
        AND (${after === null} OR (f.detected_at, f.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? ''}))
      ORDER BY f.detected_at DESC, f.id DESC LIMIT ${limit + 1}`,
  );
}

/** The versions that fix something open in a source package. */
export async function listFixedVersions(db: Db, ecosystem: string, source: string): Promise<string[]> {
  const found = await rows(
    db,
    sql<{ version: string }>`SELECT DISTINCT fixed_version AS version FROM finding
      WHERE ecosystem = ${ecosystem} AND source = ${source} AND fixed_version IS NOT NULL`,
  );
  return found.map(({ version }) => version);
}

/** A vulnerability that is open in a source package, with or without a fix, and where. */
export interface OpenVulnerability {
  ecosystem: string;
  source: string;
  vulnerability: string;
  assets: string[];
}

/** What is open and named, once for each vulnerability and source. */
export async function listOpenVulnerabilities(db: Db): Promise<OpenVulnerability[]> {
  return rows(
    db,
    sql<OpenVulnerability>`SELECT ecosystem, source, vulnerability, array_agg(asset) AS assets
      FROM finding WHERE cleared_at IS NULL AND vulnerability IS NOT NULL GROUP BY 1, 2, 3`,
  );
}

/** A vulnerability that is open in a source package and has a fix, with where and since when it has been found. */
export interface Fixable {
  ecosystem: string;
  source: string;
  vulnerability: string;
  fixed_version: string;
  found: { asset: string; detected_at: string }[];
}

/** What is open and has a fix, once for each vulnerability, source and fixed version. */
export async function listFixable(db: Db): Promise<Fixable[]> {
  const found = await rows(
    db,
    sql<Fixable>`SELECT ecosystem, source, vulnerability, fixed_version,
        jsonb_agg(jsonb_build_object('asset', asset, 'detected_at', detected_at) ORDER BY detected_at, asset) AS found
      FROM finding WHERE cleared_at IS NULL AND vulnerability IS NOT NULL AND fixed_version IS NOT NULL GROUP BY 1, 2, 3, 4`,
  );
  const instant = (text: string) => new Date(text).toISOString();
  return found.map((each) => ({
    ...each,
    found: each.found.map(({ asset, detected_at }) => ({ asset, detected_at: instant(detected_at) })),
  }));
}
