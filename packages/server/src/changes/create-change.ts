import { Problem } from '@fleetmend/api/problems.ts';
import { parseSelector, selectorMatches } from '@fleetmend/domain/inventory/selector.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { listAssetViews } from '../inventory/inventory.queries.ts';
import {
  type PatchTarget,
  readPatchTargets,
  type TargetPackage,
  type WantedVersions,
} from '../patches/patch-targets.ts';
import { type Ctx, emit, wakeEach } from '../platform/context.ts';
import { nextNumber } from '../platform/counter.ts';
import { newId } from '../platform/id.ts';
import { readPolicy } from '../policies/policy.queries.ts';
import { insertChange, insertPlanRequests } from './change.store.ts';

export interface ChangeWish {
  patches: string[];
  policy: string;
  assets?: string[] | undefined;
  title?: string | undefined;
  reason: string;
  versions: WantedVersions;
  accepts_no_rollback: boolean;
}

/**
 * Opens a change: which machines and exact versions are meant is fixed here, and each machine is asked for its plan.
 * @returns the change's id. @throws Problem `not-found`, `plan-impossible`
 */
export async function createChange(ctx: Ctx, wish: ChangeWish): Promise<string> {
  if (ctx.actor.kind !== 'person') throw new Problem('permission-missing', 'Only a person can author a change.');
  const policy = await readPolicy(ctx.db, wish.policy);
  if (policy === null) throw new Problem('not-found', `There is no policy "${wish.policy}".`);
  if ((await readCurrentRoot(ctx.db)) === null) {
    throw new Problem(
      'plan-impossible',
      'No trust root is signed yet, so no machine could verify an approval. Register a key and sign the root in Settings first.',
    );
  }
  const { patches, targets } = await findTargets(ctx, wish, policy.spec.select);
  const number = await nextNumber(ctx.db, 'change');
  const id = `CH-${number}`;
  const title = wish.title ?? titleOf(patches);
  await insertChange(
    ctx.db,
    {
      id,
      number,
      title,
      reason: wish.reason,
      author: ctx.actor.person,
      author_name: ctx.actor.name,
      policy: policy.name,
      policy_sha256: policy.sha256,
      spec: policy.spec,
      patches,
      accepts_no_rollback: wish.accepts_no_rollback,
    },
    ctx.now,
  );
  await insertPlanRequests(
    ctx.db,
    [...targets].map(([asset, packages]) => ({ id: newId('plan', ctx.now), change: id, asset, packages })),
    ctx.now,
  );
  await wakeEach(
    ctx,
    [...targets.keys()].map((asset) => `host:${asset}`),
  );
  await recordAudit(ctx, {
    verb: 'change.create',
    object: `change/${id}`,
    detail: { title, patches, policy: policy.name, versions: wish.versions, assets: targets.size },
  });
  await emit(ctx, 'change.created', { change: id, title });
  return id;
}

/** The machines that the patches touch, the policy selects and the author means, with the packages to move on each. */
async function findTargets(ctx: Ctx, wish: ChangeWish, select: string) {
  const wanted = [...new Set(wish.patches)];
  const found = await readPatchTargets(ctx, wanted, wish.versions);
  const unknown = wanted.find((id) => !found.some(({ patch }) => patch === id));
  if (unknown !== undefined)
    throw new Problem('not-found', `There is no patch "${unknown}" that a machine is missing.`);
  const selector = parseSelector(select);
  if ('error' in selector)
    throw new Problem('plan-impossible', `The policy's selector cannot be read: ${selector.error}`);
  const named = wish.assets === undefined ? null : new Set(wish.assets);
  const meant = new Map<string, TargetPackage[]>();
  const assets = await listAssetViews(ctx.db);
  const readOnly = assets.find(
    ({ id, hostname, key_id }) => key_id === null && (named?.has(id) || named?.has(hostname)),
  );
  if (readOnly !== undefined)
    throw new Problem(
      'plan-impossible',
      `${readOnly.hostname} is read over SSH: nothing can be deployed to it. Enrol an agent on it.`,
    );
  const isMeant = new Set(
    assets
      .filter(
        (asset) =>
          asset.key_id !== null &&
          selectorMatches(selector, asset) &&
          (named === null || named.has(asset.id) || named.has(asset.hostname)),
      )
      .map(({ id }) => id),
  );
  for (const { asset, packages } of found.flatMap(({ assets: touched }: PatchTarget) => touched)) {
    if (isMeant.has(asset)) meant.set(asset, [...(meant.get(asset) ?? []), ...packages]);
  }
  if (meant.size === 0)
    throw new Problem('plan-impossible', 'No machine that this policy selects is missing these patches.');
  const patches = found.map(({ patch, title }) => ({ id: patch, title }));
  return { patches, targets: meant };
}

function titleOf(patches: readonly { title: string }[]): string {
  const [only] = patches;
  if (patches.length === 1 && only !== undefined) return only.title;
  return `${patches.length} patches: ${patches
    .slice(0, 3)
    .map(({ title }) => title.split(' ')[0])
    .join(', ')}${patches.length > 3 ? ', …' : ''}`.slice(0, 300);
}
