import { setTimeout as sleep } from 'node:timers/promises';
import { comeBackSeconds } from '@fleetmend/agent/networked/backoff.ts';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { phaseSeconds } from '@fleetmend/api/host-state.ts';
import { openConnection } from '../fleet/connection.ts';
import type { Member } from '../fleet/crowd.ts';
import type { Ground } from '../fleet/ground.ts';
import { sendOnTime } from '../fleet/on-time.ts';
import { clientOf } from '../fleet/simulated-host.ts';
import { p99 } from '../report.ts';

export interface Returned {
  busiest_second: number;
  /** What would come each second if they were spread evenly. */
  even: number;
  seconds: number;
  down_seconds: number;
  p99_ms: number;
  lost: number;
}

const AT_ONCE = 200;
/** The share of the interval over which agents come back, and the longest that news may take to reach all. */
const SHARE = 0.2;
const NEWS_SECONDS = 60;
const CHECK_CONNECTIONS = 50;

/** Ends the server as kill -9 does while all of these hold a request open, starts it, and sees them come back as agents do. */
export async function restartUnder(
  ground: Ground,
  members: readonly Member[],
  note: (text: string) => void,
): Promise<Returned> {
  const waiters = members.map((member) => ({ member, is_held: false, is_told: false }));
  const arrivals: number[] = [];
  let isEnded = false;

  /** Holds one request open, again and again, as the agent's `keepListening` does. */
  async function listen(waiter: (typeof waiters)[number]): Promise<void> {
    for (let failures = 0; !isEnded; ) {
      try {
        const connection = await openConnection(ground.url);
        arrivals.push(performance.now());
        waiter.is_held = true;
        const { status } = await clientOf(waiter.member, connection)
          .post(AGENT_PATHS.wait, {}, { timeout_seconds: 300 })
          .finally(() => connection.close());
        waiter.is_told ||= status === 200;
        if (waiter.is_told) return;
        failures = 0;
      } catch {
        waiter.is_held = false;
        failures++;
        await sleep(comeBackSeconds(failures, Math.random(), ground.checkInSeconds) * 1000);
      }
    }
  }
  const listening: Promise<void>[] = [];
  for (let from = 0; from < waiters.length; from += AT_ONCE) {
    listening.push(...waiters.slice(from, from + AT_ONCE).map(listen));
    await sleep(AT_ONCE);
  }
  await sleep(2000);
  note(
    `${waiters.filter(({ is_held }) => is_held).length} wait, ${Math.round(ground.serverRssBytes() / 2 ** 20)} MiB in the server`,
  );
  const cut = performance.now();
  await ground.kill();
  await ground.start();
  const up = performance.now();
  const areBack = (async () => {
    while (waiters.some(({ is_held }) => !is_held)) await sleep(100);
    return performance.now();
  })();
  const window = ground.checkInSeconds * SHARE;
  const others = members.filter(({ asset }) => phaseSeconds(asset, ground.checkInSeconds) < window);
  const due = others
    .map((piece) => ({ piece, at: phaseSeconds(piece.asset, ground.checkInSeconds) }))
    .sort((a, b) => a.at - b.at);
  const { times } = await sendOnTime(ground.url, due, CHECK_CONNECTIONS, async (connection, member) => {
    await clientOf(member, connection).post(AGENT_PATHS.checkIn, { state: member.digest }, { turns: true });
  });
  const back = await areBack;
  await sleep(2000);
  await ground.query(`SELECT count(pg_notify('fleetmend', 'host:' || id)) FROM unnest($1::text[]) AS t (id)`, [
    members.map(({ asset }) => asset),
  ]);
  isEnded = true;
  await Promise.race([Promise.all(listening), sleep(NEWS_SECONDS * 1000)]);
  const perSecond = new Map<number, number>();
  for (const at of arrivals.filter((each) => each > cut)) {
    const second = Math.floor((at - cut) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return {
    busiest_second: Math.max(0, ...perSecond.values()),
    even: members.length / window,
    seconds: (back - up) / 1000,
    down_seconds: (up - cut) / 1000,
    p99_ms: p99(times),
    lost: waiters.filter(({ is_told }) => !is_told).length,
  };
}
