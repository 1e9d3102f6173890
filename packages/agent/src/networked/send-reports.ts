import { AGENT_PATHS, type CheckInResponse, type InventoryReport } from '@fleetmend/api/agent-protocol.ts';
import { inventoryDelta } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { z } from 'zod';
import { readJsonIfThere, writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import type { AgentFolder } from './agent-folder.ts';
import type { Report } from './build-report.ts';
import type { ServerClient } from './server-client.ts';

const reportedSchema = z.object({ digest: z.string(), lines: z.array(z.string()) });

/** The delta against what the server holds, if it is what we last sent; else everything. */
export function inventoryReportFor(
  digest: string,
  lines: readonly string[],
  held: { base: string | null; known: unknown },
): InventoryReport {
  const known = reportedSchema.safeParse(held.known);
  if (known.success && held.base !== null && known.data.digest === held.base) {
    return { digest, base: held.base, ...inventoryDelta(known.data.lines, lines) };
  }
  return { digest, base: null, added: [...lines], removed: [] };
}

/** Sends what the server asked for. @returns false when something did not arrive and must be asked for again. */
export async function sendReports(
  client: ServerClient,
  folder: AgentFolder,
  exchange: { report: Report; wants: CheckInResponse['wants'] },
): Promise<boolean> {
  const { report, wants } = exchange;
  const send = async (path: string, body: unknown): Promise<boolean> => {
    const answer = await client.post(path, body, z.unknown());
    if (!answer.ok) log('a report was not taken', { path, reason: answer.reason });
    return answer.ok;
  };
  const taken: boolean[] = [];
  if (wants.facts) taken.push(await send(AGENT_PATHS.facts, { digest: report.facts_digest, facts: report.facts }));
  if (wants.inventory && report.lines !== null && report.inventory_digest !== null) {
    const known = readJsonIfThere(folder.reported);
    const body = inventoryReportFor(report.inventory_digest, report.lines, { base: wants.inventory.base, known });
    const whole = { digest: body.digest, base: null, added: report.lines, removed: [] };
    // A delta the server cannot use (its data are of an old backup, say) is followed by the whole.
    const isTaken =
      (await send(AGENT_PATHS.inventory, body)) || (body.base !== null && (await send(AGENT_PATHS.inventory, whole)));
    const sent = { digest: report.inventory_digest, lines: report.lines };
    if (isTaken) writeDurably(folder.reported, JSON.stringify(sent));
    taken.push(isTaken);
  }
  if (wants.updates && report.updates !== null)
    taken.push(await send(AGENT_PATHS.updates, { digest: report.updates_digest, updates: report.updates }));
  return taken.every((isTaken) => isTaken);
}
