import { variableOf } from '@fleetmend/server/feeds/feed-setting.ts';
import { type FeedId, feeds } from '@fleetmend/server/feeds/registry.ts';
import { openApi } from './bombs/api.ts';
import { openCliDoors } from './bombs/cli-doors.ts';
import type { Door } from './bombs/door.ts';
import { openImportDoor, openMirror, openSyncDoor } from './bombs/feed-doors.ts';
import { openHostDoor } from './bombs/host-door.ts';
import { openBodyDoor, openListDoors, openVexDoor } from './bombs/upload-doors.ts';
import { openGround } from './fleet/ground.ts';
import { atMost, type Bench, exactly, type Result, told } from './report.ts';

const LIMIT_MS = 100;
const OFFERS = 5;

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about:
    'bombs, depths, keys and cut files through each way in: how soon they are refused, and that the old data serves',
  versions: () => versionNotes,
  async run({ note }) {
    note('starting PostgreSQL and the server');
    const mirror = await openMirror();
    for (const id of Object.keys(feeds)) process.env[variableOf(id as FeedId)] = 'off';
    process.env[variableOf('kev')] = `${mirror.url}/kev.json`;
    const ground = await openGround(300);
    const cli = openCliDoors();
    try {
      versionNotes = { postgresql: ground.postgres };
      note('making bombs');
      const api = await openApi(ground);
      const doors = [
        await openSyncDoor(api, mirror),
        await openImportDoor(api, 'kev'),
        await openImportDoor(api, 'osv'),
        await openVexDoor(api),
        ...(await openListDoors(api)),
        openBodyDoor(api),
        await openHostDoor(ground, OFFERS),
        ...cli.doors,
      ];
      const results: Result[] = [];
      for (const door of doors) {
        note(door.name);
        results.push(...(await measure(door)));
      }
      return results;
    } finally {
      cli.close();
      await ground.close();
      await mirror.close();
    }
  },
};

/** Each bomb a few times: the median has a goal, the least is told beside it. A program's start is not the bomb's. */
async function measure(door: Door): Promise<Result[]> {
  const results: Result[] = [];
  let taken = 0;
  let broken = 0;
  await door.base?.();
  const base = door.base === undefined ? 0 : await medianOf(OFFERS, door.base);
  for (const bomb of door.bombs) {
    const times: number[] = [];
    for (let offer = 0; offer < OFFERS; offer++) {
      const from = performance.now();
      if (!(await door.isRefused(bomb))) taken++;
      times.push(performance.now() - from - base);
      if (door.serves !== undefined && !(await door.serves())) broken++;
    }
    times.sort((a, b) => a - b);
    const metric = `${door.name}: ${bomb.name}`;
    results.push(
      atMost(LIMIT_MS, { metric, value: times[OFFERS >> 1] ?? Number.NaN, unit: 'ms' }),
      told({ metric: `${metric}: least`, value: times[0] ?? Number.NaN, unit: 'ms' }),
    );
  }
  results.push(
    exactly(0, { metric: `${door.name}: taken in`, value: taken, unit: '' }),
    exactly(0, { metric: `${door.name}: the old data did not serve`, value: broken, unit: '' }),
  );
  return results;
}

async function medianOf(times: number, measureOnce: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let at = 0; at < times; at++) values.push(await measureOnce());
  return values.sort((a, b) => a - b)[times >> 1] ?? Number.NaN;
}
