import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { enrolmentProgress } from '@fleetmend/domain/inventory/enrolment-progress.ts';
import type { Ctx } from '../platform/context.ts';
import { readEnrolmentView } from './inventory.queries.ts';

/** How far an enrolment has come, for whoever waits for the machine. @throws Problem `not-found` */
export async function readEnrolment(ctx: Ctx, id: string): Promise<Output<'readEnrolment'>> {
  const view = await readEnrolmentView(ctx.db, id);
  if (view === null) throw new Problem('not-found', 'There is no such enrolment code.');
  const { asset, hostname, waits_for, last_check_in_at, packages_at, updates_at, lists_error, ...code } = view;
  const machine = asset === null ? null : { waits_for, last_check_in_at, packages_at, updates_at, lists_error };
  return {
    expires_at: code.expires_at,
    asset: asset === null || hostname === null ? null : { id: asset, hostname },
    ...enrolmentProgress({ ...code, asset: machine }, ctx.now.getTime()),
  };
}
