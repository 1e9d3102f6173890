import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { phaseSeconds, stateDigest } from '@fleetmend/api/host-state.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { changeLines, digestOfSorted } from '@fleetmend/domain/inventory/inventory-digest.ts';
import type { Connection } from '../fleet/connection.ts';
import type { Member } from '../fleet/crowd.ts';
import type { Ground } from '../fleet/ground.ts';
import { type Due, sendOnTime } from '../fleet/on-time.ts';
import { upgraded } from '../fleet/packages.ts';
import { clientOf } from '../fleet/simulated-host.ts';
import { p99 } from '../report.ts';

export interface Soaked {
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** Of that, what it waited in this process. */
  late_p99_ms: number;
  errors: number;
  lost_sightings: number;
  lost_reports: number;
  server_cpu: number;
  postgres_cpu: number;
  memory_mib: number;
  growth: number;
}

const CONNECTIONS = 200;
/** One check-in of so many brings a package that has changed. */
const CHANGED_EVERY = 100;
/** What the server writes once a second has been written by then. */
const FLUSHED_MILLISECONDS = 3000;

/** Each machine checks in at the phase the server assigns, interval after interval. */
export async function soak(
  ground: Ground,
  crowd: readonly Member[],
  { seconds, interval }: { seconds: number; interval: number },
): Promise<Soaked> {
  const due: Due<Member>[] = [];
  for (const piece of crowd)
    for (let at = phaseSeconds(piece.asset, interval); at < seconds; at += interval) due.push({ piece, at });
  due.sort((a, b) => a.at - b.at);
  const taken = new Map<Member, number>();
  const reported = new Set<Member>();
  let errors = 0;
  let sent = 0;
  const send = async (connection: Connection, member: Member) => {
    const isChanged = sent++ % CHANGED_EVERY === 0;
    const at = Date.now();
    const value = isChanged ? change(member) : { state: member.digest };
    const { status } = await clientOf(member, connection).post(AGENT_PATHS.checkIn, value, { turns: true });
    if (status !== 204) errors++;
    else {
      taken.set(member, at);
      if (isChanged) reported.add(member);
    }
  };
  const before = ground.cpuSeconds();
  const memory = watchMemory(ground);
  const { times, late } = await sendOnTime(ground.url, due, CONNECTIONS, send);
  const { most_mib, growth } = memory.end(interval);
  const after = ground.cpuSeconds();
  await new Promise((resolve) => setTimeout(resolve, FLUSHED_MILLISECONDS));
  const held = new Map(
    (
      await ground.query(
        `SELECT id, extract(epoch FROM last_check_in_at) * 1000 AS at, encode(set_digest, 'hex') AS digest FROM inventory_asset`,
      )
    ).map(({ id, at, digest }) => [id, { at: Number(at), digest }]),
  );
  const wasSeen = ([{ asset }, at]: [Member, number]) => (held.get(asset)?.at ?? 0) >= at - 1;
  const isStored = ({ asset, state }: Member) => held.get(asset)?.digest === state.inventory_digest;
  return {
    per_second: times.length / seconds,
    p50_ms: [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN,
    p99_ms: p99(times),
    late_p99_ms: p99(late),
    errors,
    lost_sightings: [...taken].filter((each) => !wasSeen(each)).length,
    lost_reports: [...reported].filter((each) => !isStored(each)).length,
    server_cpu: (after.server - before.server) / seconds,
    postgres_cpu: (after.postgres - before.postgres) / seconds,
    memory_mib: most_mib,
    growth,
  };
}

/** One package in its next version, as the agent would say it; the member then holds that state. */
function change(member: Member): object {
  const { state: before, lines } = member;
  const place = lines.length - 1;
  const added = [upgraded(lines[place] ?? '', 1)];
  const removed = [place];
  member.lines = changeLines(lines, { added, removed });
  const inventory_digest = digestOfSorted(member.lines, nodeCryptography.sha256);
  member.state = { ...before, inventory_digest };
  const was = member.digest;
  member.digest = stateDigest(member.state);
  return { was, now: { inventory_digest }, inventory: { base: before.inventory_digest, added, removed } };
}

/** Looks at memory every two seconds; `growth` is from the first minute after `from` seconds to the last. */
function watchMemory(ground: Ground): { end(from: number): { most_mib: number; growth: number } } {
  const rss: number[] = [];
  let most = 0;
  const timer = setInterval(() => {
    rss.push(ground.serverRssBytes());
    most = Math.max(most, ground.memoryBytes());
  }, 2000);
  return {
    end(from) {
      clearInterval(timer);
      const middle = (some: readonly number[]) => some.reduce((sum, each) => sum + each, 0) / some.length;
      const settled = rss.slice(Math.floor(from / 2));
      const minute = Math.min(30, Math.ceil(settled.length / 2));
      return { most_mib: most / 2 ** 20, growth: middle(settled.slice(-minute)) / middle(settled.slice(0, minute)) };
    },
  };
}
