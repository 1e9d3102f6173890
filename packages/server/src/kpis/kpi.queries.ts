import type { DeploymentState } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

export interface DeploymentFact {
  rollout: string;
  hostname: string;
  state: DeploymentState;
  since: string;
  /** The machine was handed its order to install: from then on silence is a failure. */
  was_handed_out: boolean;
}

/** Every machine's part of every rollout, newest first. */
export async function listDeploymentFacts(db: Db): Promise<DeploymentFact[]> {
  return rows(
    db,
    sql<DeploymentFact>`SELECT d.rollout, a.hostname, d.state, d.since, EXISTS (
        SELECT FROM deployment_order o WHERE o.rollout = d.rollout AND o.asset = d.asset AND o.offered_at IS NOT NULL) AS was_handed_out
      FROM rollout_deployment d JOIN inventory_asset a ON a.id = d.asset ORDER BY d.since DESC, d.rollout, a.hostname`,
  );
}

export interface EffectivePatch {
  hostname: string;
  /** `openssl 3.0.19-1`, or the source package alone where no rollout shipped it. */
  patch: string;
  available_at: string;
  effective_at: string;
}

/**
 * Each patch on each machine that a report has shown in effect, newest first, once each: those that a rollout shipped,
 * by their own times, unless it was taken back; and security fixes that came by another way, by when what they fix was gone.
 */
export async function listEffectivePatches(db: Db): Promise<EffectivePatch[]> {
  return rows(
    db,
    sql<EffectivePatch>`WITH shipped AS (
        SELECT DISTINCT ON (d.asset, p.id) d.asset, p.ecosystem, p.source, p.source || ' ' || p.to_version AS patch,
          o.first_offered_at AS available_at, d.effective_at, d.state IN ('rolling_back', 'rolled_back') AS is_taken_back
        FROM rollout_deployment d JOIN rollout r ON r.id = d.rollout JOIN change_request c ON c.id = r.change
          CROSS JOIN LATERAL jsonb_to_recordset(c.patches) AS wanted (id text)
          JOIN patch p ON p.id = wanted.id JOIN patch_offer o ON o.patch = p.id AND o.asset = d.asset
        WHERE d.effective_at IS NOT NULL ORDER BY d.asset, p.id, is_taken_back, d.effective_at
      ), otherwise AS (
        SELECT f.asset, f.source AS patch, min(f.patch_available_at) AS available_at, f.cleared_at AS effective_at
        FROM finding f WHERE f.cleared_because = 'fixed' AND f.patch_available_at IS NOT NULL AND NOT EXISTS (
          SELECT FROM shipped s WHERE s.asset = f.asset AND s.ecosystem = f.ecosystem AND s.source = f.source
            AND s.effective_at >= f.patch_available_at)
        GROUP BY f.asset, f.ecosystem, f.source, f.cleared_at
      ), every AS (
        SELECT asset, patch, available_at, effective_at FROM shipped WHERE NOT is_taken_back UNION ALL SELECT * FROM otherwise
      )
      SELECT a.hostname, e.patch, e.available_at, e.effective_at FROM every e JOIN inventory_asset a ON a.id = e.asset
      ORDER BY e.effective_at DESC, a.hostname, e.patch`,
  );
}

export interface ComplianceFact {
  hostname: string;
  reported_at: string | null;
  lists_at: string | null;
  open_security_patches: number;
}

/** Each machine with the source packages that it has a security patch open for: offered now, or found and not yet in effect. */
export async function listComplianceFacts(db: Db): Promise<ComplianceFact[]> {
  return rows(
    db,
    sql<ComplianceFact>`SELECT a.hostname, a.updates_at AS reported_at, (a.facts ->> 'lists_refreshed_at')::timestamptz AS lists_at,
        (SELECT count(*) FROM (
          SELECT offered.source FROM inventory_update_set u, jsonb_to_recordset(u.updates) AS offered (source text, is_security boolean)
            WHERE u.digest = a.updates_digest AND offered.is_security
          UNION
          SELECT f.source FROM finding f WHERE f.asset = a.id AND f.cleared_at IS NULL AND f.patch_available_at IS NOT NULL
        ) AS open) AS open_security_patches
      FROM inventory_asset a WHERE a.retired_at IS NULL ORDER BY a.updates_at DESC NULLS LAST, a.hostname`,
  );
}
