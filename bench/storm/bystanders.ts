import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { Member } from '../fleet/crowd.ts';
import type { Ground } from '../fleet/ground.ts';
import { sendOnTime } from '../fleet/on-time.ts';
import { clientOf } from '../fleet/simulated-host.ts';
import { p99 } from '../report.ts';

const PER_SECOND = 200;
const CONNECTIONS = 20;

/** Machines that do nothing but check in, so many a second; gives the p99 of their answers, in milliseconds, each time it is called. */
export function bystanders(ground: Ground, members: readonly Member[], seconds: number): () => Promise<number> {
  let next = 0;
  return async () => {
    const due = Array.from({ length: PER_SECOND * seconds }, (_, at) => {
      const piece = members[next++ % members.length];
      return piece === undefined ? [] : [{ piece, at: at / PER_SECOND }];
    }).flat();
    const { times } = await sendOnTime(ground.url, due, CONNECTIONS, async (connection, member) => {
      const value = { state: member.digest };
      const { status } = await clientOf(member, connection).post(AGENT_PATHS.checkIn, value, { turns: true });
      if (status !== 204) throw new Error(`a bystander was answered ${status}`);
    });
    return p99(times);
  };
}
