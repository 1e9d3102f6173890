import type { Ctx } from '../platform/context.ts';
import { readCurrentRoot } from './trust-root.queries.ts';

/**
 * The command that enrols a machine and, where a root is in force, pins it: whom the machine trusts comes with the
 * command, not from the network. The code is no argument, since every process can read those.
 */
export async function enrolCommand(ctx: Ctx, code: string): Promise<string> {
  const current = await readCurrentRoot(ctx.db);
  const pin = current === null ? '' : ` --root sha256:${current.digest}`;
  return `FLEETMEND_ENROL_CODE=${code} fleetmend-agent enrol --server ${ctx.settings.origin}${pin}`;
}

/** The command that lets an enrolled machine follow a root. */
export function pinCommand(digest: string): string {
  return `fleetmend-agent trust sha256:${digest}`;
}
