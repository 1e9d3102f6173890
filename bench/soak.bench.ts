import { makeCrowd } from './fleet/crowd.ts';
import { openGround } from './fleet/ground.ts';
import { seeded } from './fleet/packages.ts';
import { atMost, type Bench, exactly, type Result, told } from './report.ts';
import { restartUnder } from './soak/restart.ts';
import { soak } from './soak/soak.ts';

/** The goal, and what shows only that the bench works. */
const WHOLE = { hosts: 300_000, seconds: 600, interval: 300, waiting: 100_000 };
const SHORT = { hosts: 600, seconds: 6, interval: 3, waiting: 200 };
/** Sockets of this process, and of the server's, beside those that wait. */
const OTHER_FILES = 1500;

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about:
    '300,000 machines that check in every five minutes for ten minutes over 200 kept-open connections; then a restart while 100,000 wait',
  versions: () => versionNotes,
  async run({ seed, is_short, note }) {
    const size = is_short ? SHORT : WHOLE;
    note('starting PostgreSQL and the server');
    const ground = await openGround(size.interval);
    try {
      versionNotes = { postgresql: ground.postgres };
      note(`enrolling ${size.hosts} machines that have reported`);
      const crowd = await makeCrowd(ground, size.hosts, seeded(seed));
      note(`${size.hosts / size.interval} check-ins a second for ${size.seconds} s`);
      const soaked = await soak(ground, crowd, size);
      const results: Result[] = [
        told({ metric: 'machines', value: size.hosts, unit: '' }),
        told({ metric: 'check-ins', value: soaked.per_second, unit: '/s' }),
        told({ metric: 'check-in, from when it was due: p50', value: soaked.p50_ms, unit: 'ms' }),
        atMost(50, { metric: 'check-in, from when it was due: p99', value: soaked.p99_ms, unit: 'ms' }),
        told({
          metric: 'of that, waited in the process of the simulated machines: p99',
          value: soaked.late_p99_ms,
          unit: 'ms',
        }),
        exactly(0, { metric: 'check-ins that were not taken', value: soaked.errors, unit: '' }),
        exactly(0, { metric: 'check-ins taken and not seen in the database', value: soaked.lost_sightings, unit: '' }),
        exactly(0, { metric: 'reports taken and not stored', value: soaked.lost_reports, unit: '' }),
        told({ metric: 'server CPU', value: soaked.server_cpu * 100, unit: '% of a core' }),
        told({ metric: 'PostgreSQL CPU', value: soaked.postgres_cpu * 100, unit: '% of a core' }),
        atMost(4096, { metric: 'memory of server and PostgreSQL, at most', value: soaked.memory_mib, unit: 'MiB' }),
        atMost(1.05, {
          metric: 'server memory: last minute by the first after all were seen',
          value: soaked.growth,
          unit: '×',
        }),
      ];
      const waiting = Math.min(size.waiting, crowd.length, fileLimit() - OTHER_FILES);
      note(`a restart while ${waiting} wait`);
      const back = await restartUnder(ground, crowd.slice(0, waiting), note);
      return [
        ...results,
        atLeastWaiting(size.waiting, waiting),
        told({ metric: 'restart: most that came back in one second', value: back.busiest_second, unit: '' }),
        atMost(3, {
          metric: 'restart: the busiest second by an even spread',
          value: back.busiest_second / back.even,
          unit: '×',
        }),
        // One that knocks while the server is still down comes a second time.
        atMost(2 * size.interval * 0.2 + 15, {
          metric: 'restart: until all wait again',
          value: back.seconds,
          unit: 's',
        }),
        told({ metric: 'restart: until the server answered', value: back.down_seconds, unit: 's' }),
        atMost(500, { metric: 'restart: a check-in meanwhile, p99', value: back.p99_ms, unit: 'ms' }),
        exactly(0, { metric: 'restart: machines that news does not reach afterwards', value: back.lost, unit: '' }),
      ];
    } finally {
      await ground.close();
    }
  },
};

/** A process may hold so many sockets open; where that is fewer than the goal, the goal is missed. */
function fileLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits: { open_files: { hard: number | string } } };
  const { hard } = userLimits.open_files;
  return typeof hard === 'number' ? hard : Number.MAX_SAFE_INTEGER;
}

function atLeastWaiting(goal: number, value: number): Result {
  const measured = { metric: 'restart: machines that wait', value, unit: '' };
  return { ...told(measured), goal: `≥ ${goal}`, holds: value >= goal };
}
