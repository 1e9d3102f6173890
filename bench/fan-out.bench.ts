import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PATHS, type CheckInResponse } from '@fleetmend/api/agent-protocol.ts';
import { registerKey, signRoot } from '../packages/server/test/sign-root.ts';
import { approvedChange } from './fan-out/approved-change.ts';
import { signIn } from './fan-out/sign-in.ts';
import { openConnection } from './fleet/connection.ts';
import { type Member, makeCrowd } from './fleet/crowd.ts';
import { type Ground, openGround } from './fleet/ground.ts';
import { seeded } from './fleet/packages.ts';
import { clientOf } from './fleet/simulated-host.ts';
import { atMost, type Bench, exactly, p99, told } from './report.ts';

const WHOLE = { agents: 10_000 };
const SHORT = { agents: 50 };
const CHECK_IN_SECONDS = 300;
const OPENED_AT_ONCE = 200;
const NOTICE_SECONDS = 120;
/** Those that fetch their order at the same moment, and how long all may take: a miss is counted, not waited for. */
const FETCHING = 8;
const FETCH_SECONDS = 30;

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about: 'a rollout is started for 10,000 agents that hold a request open: when each hears of its order, and holds it',
  versions: () => versionNotes,
  async run({ seed, is_short, note }) {
    const { agents } = is_short ? SHORT : WHOLE;
    note('starting PostgreSQL and the server');
    const ground = await openGround(CHECK_IN_SECONDS);
    try {
      versionNotes = { postgresql: ground.postgres };
      const call = await signIn(ground);
      await signRoot(call, await registerKey(call));
      const crowd = await makeCrowd(ground, agents, seeded(seed));
      const change = await approvedChange(ground, crowd);
      note(`${agents} agents begin to wait`);
      const heard = await listen(ground, crowd);
      note('the rollout is started');
      const began = performance.now();
      await call('startRollout', { body: { change: change.id }, idempotencyKey: 'fan-out' });
      const started = performance.now();
      const times = (await heard(NOTICE_SECONDS)).map((at) => at - began);
      note('they fetch their orders');
      const fetched = await fetchOrders(ground, crowd);
      return [
        told({ metric: 'agents', value: agents, unit: '' }),
        told({ metric: 'the rollout is started', value: started - began, unit: 'ms' }),
        told({ metric: 'an agent hears that there is an order: first', value: Math.min(...times), unit: 'ms' }),
        atMost(1000, { metric: 'an agent hears that there is an order: p99', value: p99(times), unit: 'ms' }),
        exactly(agents, { metric: 'agents that heard', value: times.length, unit: '' }),
        told({ metric: 'the signed document, which each order carries whole', value: change.bytes, unit: 'B' }),
        exactly(agents, { metric: `agents that held their order ${FETCH_SECONDS} s later`, value: fetched, unit: '' }),
        told({ metric: 'server memory at the end', value: ground.serverRssBytes() / 2 ** 20, unit: 'MiB' }),
      ];
    } finally {
      await ground.close();
    }
  },
};

/** Each holds a request open. @returns waits so long, at most, and gives the moments at which they heard. */
async function listen(ground: Ground, crowd: readonly Member[]): Promise<(seconds: number) => Promise<number[]>> {
  const heard: number[] = [];
  const all: Promise<void>[] = [];
  for (let from = 0; from < crowd.length; from += OPENED_AT_ONCE) {
    const some = crowd
      .slice(from, from + OPENED_AT_ONCE)
      .map(async (member) => ({ member, connection: await openConnection(ground.url) }));
    for (const { member, connection } of await Promise.all(some))
      all.push(
        clientOf(member, connection)
          .post(AGENT_PATHS.wait, {}, { timeout_seconds: 300 })
          .then(({ status }) => {
            if (status === 200) heard.push(performance.now());
            connection.close();
          }),
      );
    await sleep(20);
  }
  await sleep(2000);
  return async (seconds) => {
    await Promise.race([Promise.all(all), sleep(seconds * 1000)]);
    return heard;
  };
}

/** How many hold their order after a while. */
async function fetchOrders(ground: Ground, crowd: readonly Member[]): Promise<number> {
  let next = 0;
  let held = 0;
  const until = performance.now() + FETCH_SECONDS * 1000;
  await Promise.all(
    Array.from({ length: FETCHING }, async () => {
      const connection = await openConnection(ground.url);
      for (let member = crowd[next++]; member !== undefined && performance.now() < until; member = crowd[next++]) {
        const reply = await clientOf(member, connection).post(
          AGENT_PATHS.checkIn,
          { state: member.digest },
          { turns: true },
        );
        const { orders } = JSON.parse(Buffer.from(reply.body).toString('utf8')) as CheckInResponse;
        if (orders.length === 1) held++;
      }
      connection.close();
    }),
  );
  return held;
}
