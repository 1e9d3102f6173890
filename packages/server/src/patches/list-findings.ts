import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { readVulnerabilities } from '../advisories/vulnerability.queries.ts';
import {
  type FindingFilter,
  listFindingViews,
  listFixedVersions,
  readFindingView,
} from '../findings/finding.queries.ts';
import type { Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import { describeFinding } from './describe-finding.ts';
import type { BoardPatch } from './read-board.ts';

type Query = Given<'listFindings'>['query'];

/** Findings, those detected last first, narrowed by asset, vulnerability or the patch that clears them. @throws Problem `not-found` */
export async function listFindings(
  ctx: Ctx,
  query: Query,
  findPatch: (id: string) => Promise<{ patch: BoardPatch }>,
): Promise<Output<'listFindings'>> {
  const views = await listFindingViews(ctx.db, {
    asset: query.asset ?? null,
    vulnerability: query.vulnerability?.toUpperCase() ?? null,
    isOpen: query.state === 'open',
    patch: query.patch === undefined ? null : await narrowToPatch(ctx, (await findPatch(query.patch)).patch),
    after: readCursor(query.cursor, 2),
    limit: query.limit,
  });
  const facts = await readVulnerabilities(ctx.db, [
    ...new Set(views.flatMap(({ vulnerability }) => vulnerability ?? [])),
  ]);
  return toPage(
    views,
    query.limit,
    ({ detected_at, id }) => [detected_at, id],
    (view) => describeFinding(view, facts.get(view.vulnerability ?? '')),
  );
}

/** One finding, open or over. @throws Problem `not-found` */
export async function readFinding(ctx: Ctx, id: string): Promise<Output<'readFinding'>> {
  const view = await readFindingView(ctx.db, id);
  if (view === null) throw new Problem('not-found', `There is no finding "${id}".`);
  const { vulnerability } = view;
  const facts = await readVulnerabilities(ctx.db, vulnerability === null ? [] : [vulnerability]);
  return describeFinding(view, facts.get(vulnerability ?? ''));
}

async function narrowToPatch(ctx: Ctx, { group, assets }: BoardPatch): Promise<NonNullable<FindingFilter['patch']>> {
  const versions = await listFixedVersions(ctx.db, group.ecosystem, group.source);
  const cleared = versions.filter((version) => {
    const order = compareIn(group.ecosystem, version, group.to_version);
    return order !== null && order <= 0;
  });
  return { ecosystem: group.ecosystem, source: group.source, cleared, assets: assets.map(({ asset }) => asset.id) };
}
