import { type Ctx, enqueueEach } from '../platform/context.ts';

/** Asks for the findings of assets to be computed anew, since what they rest on has changed; waiting requests are one. */
export async function requestFindings(ctx: Pick<Ctx, 'db'>, assets: readonly string[]): Promise<void> {
  const jobs = assets.map((asset) => ({ payload: { asset }, key: `findings:${asset}` }));
  await enqueueEach(ctx, 'findings.recompute', jobs);
}
