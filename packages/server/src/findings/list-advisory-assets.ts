import type { Output } from '@fleetmend/api/client.ts';
import { describeStatement } from '@fleetmend/domain/findings/vex-findings.ts';
import type { Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import { listReached, type ReachedRow } from './advisory-reach.queries.ts';
import { closingStatus } from './closing-status.ts';
import { dateEvidence } from './date-evidence.ts';
import { findNamed } from './read-advisory.ts';

type Asset = Output<'listAdvisoryAssets'>['data'][number];

/** The machines that an advisory or a vulnerability touches; none where it is not known. */
export async function listAdvisoryAssets(
  ctx: Ctx,
  { params, query }: Pick<Given<'listAdvisoryAssets'>, 'params' | 'query'>,
): Promise<Output<'listAdvisoryAssets'>> {
  const { scope } = await findNamed(ctx, params.id);
  const found = await listReached(ctx.db, scope, { after: readCursor(query.cursor, 2), limit: query.limit });
  return toPage(found, query.limit, ({ asset, key }) => [asset, key], describe);
}

function describe({ key: _key, statement, updates_at, evidence, ...row }: ReachedRow): Asset {
  const dated = { ...row, evidence: dateEvidence(evidence, updates_at) };
  if (statement === null) return { ...dated, vex: null };
  return { ...dated, state: closingStatus(statement), vex: describeStatement(statement) };
}
