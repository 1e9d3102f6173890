import { assetFacts } from '@fleetmend/api/inventory.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { readPackageList } from '@fleetmend/api/read-package-list.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import { factsOfAnswer, readAnswer } from '@fleetmend/domain/inventory/agentless/read-answer.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import type { Ctx } from '../../platform/context.ts';
import type { Host } from '../hosts.ts';
import { prepareReport } from '../prepare-report.ts';
import type { SoftwareLibrary } from '../software-library.ts';
import type { HostReport } from '../take-reports.ts';
import { SshFailure } from './ssh-connection.ts';

/**
 * Makes of what a machine said over SSH the report that its agent would have sent.
 * @throws SshFailure, Problem `invalid`, `host-quota-used-up`
 */
export async function takeAnswer(
  ctx: Ctx,
  library: SoftwareLibrary,
  host: Pick<Host, 'id' | 'quota'>,
  text: string,
): Promise<HostReport & { facts: AssetFacts }> {
  const answer = readAnswer(text);
  if (answer.lists.length === 0) throw new SshFailure('no-package-manager', '');
  const failed = answer.lists.find(({ exit }) => exit !== 0);
  if (failed !== undefined) {
    const end = failed.exit === null ? 'was cut off' : `ended with exit code ${failed.exit}`;
    throw new SshFailure('package-manager-failed', `${failed.list.program} ${end}.`);
  }
  const software = answer.lists.flatMap(({ list, text: listed }) =>
    readPackageList(list, listed).packages.map((each) => each.software),
  );
  const read = assetFacts.safeParse(factsOfAnswer(answer, software));
  if (!read.success) throw new SshFailure('answer-unreadable', read.error.issues[0]?.message ?? '');
  const facts = read.data;
  const lines = [...new Set(software.map(softwareLine))].sort();
  const report = await prepareReport(ctx, library, host, {
    was: null,
    now: {
      inventory_digest: inventoryDigest(lines, nodeCryptography.sha256),
      facts_digest: toHex(nodeCryptography.sha256(canonicalJson(facts as unknown as Json))),
      boot_id: facts.boot_id,
    },
    inventory: { base: null, added: lines, removed: [] },
    facts,
  });
  return { ...report, facts };
}
