import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';

export interface InstallAgentOptions {
  server: string;
  code: string;
  /** `sha256:…` to pin; without it the host only observes. */
  root?: string;
  /** How often the agent fetches package lists. */
  refresh_seconds?: number;
}

/** Where a host started with `agentBinds` finds what scripts/build-agent.ts made. */
const AGENT_FOLDER = '/srv/fleetmend';

/** What to bind into a host so that the agent can be installed on it. */
export function agentBinds(agentFolder: string): Record<string, string> {
  return { [AGENT_FOLDER]: agentFolder };
}

/** Installs and enrols the agent as a person would, with its own installer. */
export async function installAgent(host: Host, options: InstallAgentOptions): Promise<void> {
  await host.must(['mkdir', '-p', '/etc/fleetmend']);
  writeFileSync(
    join(host.root, 'etc/fleetmend/agent.env'),
    `FLEETMEND_LISTS_REFRESH_SECONDS=${options.refresh_seconds ?? 2}\nFLEETMEND_APPLICATION_FOLDERS=/srv/applications\n`,
  );
  const root = options.root === undefined ? [] : ['--root', options.root];
  await host.must([
    'env',
    `FLEETMEND_ENROL_CODE=${options.code}`,
    'sh',
    `${AGENT_FOLDER}/install.sh`,
    options.server,
    ...root,
  ]);
}
