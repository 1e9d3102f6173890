import type { Ctx } from '../platform/context.ts';
import { readCurrentRoot } from './trust-root.queries.ts';

/**
 * The command that installs the agent on a machine, from the agent's folder, and enrols it. Where a root is in force the
 * machine is pinned to it: whom it trusts comes with the command, not from the network. It asks for the code, which is
 * no part of it, since every process can read another's arguments.
 */
export async function enrolCommand(ctx: Ctx): Promise<string> {
  const current = await readCurrentRoot(ctx.db);
  const pin = current === null ? '' : ` sha256:${current.digest}`;
  return `sudo sh install.sh ${ctx.settings.origin}${pin}`;
}

/** The command that lets an enrolled machine follow a root. */
export function pinCommand(digest: string): string {
  return `sudo fleetmend-agent trust sha256:${digest}`;
}
