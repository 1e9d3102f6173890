import { makeCrowd } from './fleet/crowd.ts';
import { openGround } from './fleet/ground.ts';
import { seeded } from './fleet/packages.ts';
import { atMost, type Bench, exactly, type Result, told } from './report.ts';
import { type Attack, attacks } from './storm/attacks.ts';
import { bystanders } from './storm/bystanders.ts';

const WHOLE = { hosts: 2000, seconds: 8, each: 1000, packages: 1_000_000 };
const SHORT = { hosts: 60, seconds: 1, each: 30, packages: 30_000 };
const CHECK_IN_SECONDS = 300;
const TIMES = 2;

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about: 'clones, replays, forgeries, floods and hostile names: what is let through, and what it costs everybody else',
  versions: () => versionNotes,
  async run({ seed, is_short, note }) {
    const size = is_short ? SHORT : WHOLE;
    note('starting PostgreSQL and the server');
    const ground = await openGround(CHECK_IN_SECONDS);
    try {
      versionNotes = { postgresql: ground.postgres };
      const [victim, ...others] = await makeCrowd(ground, size.hosts, seeded(seed));
      if (victim === undefined) throw new Error('no machine');
      const calm = bystanders(ground, others, size.seconds);
      note('warming up');
      await calm();
      const results: Result[] = [];
      for (const attack of attacks(ground, { victim, other: others[0] ?? victim }, size)) {
        note(`${attack.name}`);
        const before = await calm();
        const [during, outcome] = await Promise.all([calm(), attack.run()]);
        results.push(...describe(attack, { before, during, outcome }));
      }
      return results;
    } finally {
      await ground.close();
    }
  },
};

function describe(
  { name, let_through }: Attack,
  {
    before,
    during,
    outcome,
  }: { before: number; during: number; outcome: { sent: number; let_through: number; bad: number } },
): Result[] {
  const ratio = during / before;
  const measured = { metric: `${name}: others' p99, beside their p99 just before`, value: during, unit: 'ms' };
  return [
    told({ metric: `${name}: sent`, value: outcome.sent, unit: '' }),
    atMost(let_through, { metric: `${name}: let through`, value: outcome.let_through, unit: '' }),
    exactly(0, { metric: `${name}: harm done`, value: outcome.bad, unit: '' }),
    { ...measured, goal: `< ${TIMES}× theirs`, peer: 'before', peer_value: before, ratio, holds: ratio < TIMES },
  ];
}
