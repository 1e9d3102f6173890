import { AGENT_PATHS, enrolResponse } from '@fleetmend/api/agent-protocol.ts';
import { readHostname, readMachineId } from '../facts/read-facts.ts';
import type { AgentFolder } from './agent-folder.ts';
import { type Identity, loadHostKey, readIdentity, writeIdentity } from './identity.ts';
import { connectTo, readAnswer } from './server-client.ts';
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
  const sent = connectTo(server)({
    path: AGENT_PATHS.enrol,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    timeout_seconds: 60,
  });
  const answer = await readAnswer(sent, enrolResponse);
  if (!answer.ok) throw new Error(`the server did not enrol this machine: ${answer.reason}`);
  const { asset, organization, server_key } = answer.value;
  const identity = { server, asset, organization, server_key };
  writeIdentity(folder, identity);
  return identity;
}
