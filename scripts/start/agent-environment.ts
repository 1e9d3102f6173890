import { join } from 'node:path';

/** Where the agent of this very machine keeps its things when `npm start` runs it: beside the server's, not under /var/lib. */
export function agentEnvironment(dataDir: string) {
  return {
    FLEETMEND_AGENT_STATE: join(dataDir, 'agent'),
    FLEETMEND_APPLIER_STATE: join(dataDir, 'applier'),
    FLEETMEND_APPLIER_SOCKET: join(dataDir, 'applier.sock'),
  };
}
