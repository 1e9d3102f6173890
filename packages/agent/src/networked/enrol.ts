import { rmSync } from 'node:fs';
import { AGENT_PATHS, enrolResponse } from '@fleetmend/api/agent-protocol.ts';
import { serverKeyDigest } from '@fleetmend/api/host-session.ts';
import { readHostname, readMachineId } from '../facts/read-facts.ts';
import type { AgentFolder } from './agent-folder.ts';
import {
  forgetNextHostKey,
  type Identity,
  loadHostKey,
  loadNextHostKey,
  readIdentity,
  useNextHostKey,
  writeIdentity,
} from './identity.ts';
import { connectTo, readAnswer } from './server-client.ts';
import { parseServerUrl } from './server-url.ts';

export interface EnrolmentWords {
  server: string;
  /** The digest of the server's key, as the command that was pasted names it; null: a person types without one. */
  server_key: string | null;
  code: string;
  /** Gives up the identity this machine has, once the server has taken a new key of it. */
  is_again: boolean;
}

/**
 * Enrols this machine with a one-time code. A machine that is enrolled already keeps its identity, unless it is to be
 * enrolled again; then it makes a new key, and the old one is in use until the server has answered.
 * @throws Error in words when the address is bad, when the server refuses, or when it has another key than was said.
 */
export async function enrol(folder: AgentFolder, words: EnrolmentWords): Promise<Identity> {
  const { server_key: expected, code } = words;
  if (expected !== null && !/^sha256:[0-9a-f]{64}$/.test(expected))
    throw new Error("a server's key is named by sha256: and 64 hexadecimal digits");
  const server = parseServerUrl(words.server);
  const before = readIdentity(folder);
  if (before !== null && !words.is_again)
    throw new Error(
      `this machine is already enrolled at ${before.server} as ${before.asset}; to enrol it again with a new key, add --again`,
    );
  const key = words.is_again ? loadNextHostKey(folder) : loadHostKey(folder);
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
  const digest = serverKeyDigest(server_key);
  if (expected !== null && digest !== expected)
    throw new Error(
      `what answers at ${server} has the key ${digest}, and not ${expected}, which the command names. Either something ` +
        'stands between this machine and the server, or the server has been given another key since: make a new code. ' +
        'Nothing was enrolled here.',
    );
  const identity = { server, asset, organization, server_key };
  if (words.is_again) {
    useNextHostKey(folder);
    // What was said under the old key is over.
    for (const path of [folder.session, folder.successions]) rmSync(path, { force: true });
  }
  writeIdentity(folder, identity);
  forgetNextHostKey(folder);
  return identity;
}
