import { type Ctx, enqueue } from '../platform/context.ts';

/** Asks for an asset's findings to be computed anew, since what they rest on has changed; waiting requests are one. */
export async function requestFindings(ctx: Pick<Ctx, 'db'>, asset: string): Promise<void> {
  await enqueue(ctx, 'findings.recompute', { asset }, { key: `findings:${asset}` });
}
