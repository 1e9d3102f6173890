import { AGENT_PATHS, enrolResponse } from '@fleetmend/api/agent-protocol.ts';
import { readHostname, readMachineId } from '../facts/read-facts.ts';
import type { AgentFolder } from './agent-folder.ts';
import { type Identity, loadHostKey, readIdentity, writeIdentity } from './identity.ts';
import { postJson } from './server-client.ts';
import { parseServerUrl } from './server-url.ts';

/**
 * Enrols this machine with a one-time code. A machine that is enrolled already keeps its identity.
 * @throws Error in words when the address is bad or the server refuses.
 */
export async function enrol(folder: AgentFolder, serverText: string, code: string): Promise<Identity> {
  const server = parseServerUrl(serverText);
  const before = readIdentity(folder);
  if (before !== null) throw new Error(`this machine is already enrolled at ${before.server} as ${before.asset}`);
  const key = loadHostKey(folder);
  const body = { code: code.trim(), public_key: key.public_key, hostname: readHostname(), machine_id: readMachineId() };
  const answer = await postJson(
    `${server}${AGENT_PATHS.enrol}`,
    { body: Buffer.from(JSON.stringify(body)), headers: {} },
    enrolResponse,
  );
  if (!answer.ok) throw new Error(`the server did not enrol this machine: ${answer.reason}`);
  const identity = { server, asset: answer.value.asset, organization: answer.value.organization };
  writeIdentity(folder, identity);
  return identity;
}
