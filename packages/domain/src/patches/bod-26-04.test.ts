import { expect, test } from 'vitest';
import { bodTimeline } from './bod-26-04.ts';

/** The directive's table 1 as CERTCC/SSVC publishes it: in KEV, exposed, automatable, impact, timeline. */
const PUBLISHED = `n n n partial on_upgrade
Y n n partial 14_days
n Y n partial 60_days
n n Y partial 60_days
n n n total on_upgrade
Y Y n partial 14_days
Y n Y partial 14_days
n Y Y partial 14_days
Y n n total 14_days
n Y n total 14_days
n n Y total 60_days
Y Y Y partial 3_days
Y Y n total 3_days_forensic
Y n Y total 3_days_forensic
n Y Y total 3_days
Y Y Y total 3_days_forensic`.split('\n');

test('is the published table, row by row', () => {
  const seen = new Set<string>();
  for (const row of PUBLISHED) {
    const [kev, exposed, automatable, impact, timeline] = row.split(' ');
    const point = {
      in_kev: kev === 'Y',
      exposed: exposed === 'Y',
      automatable: automatable === 'Y' ? ('yes' as const) : ('no' as const),
      technical_impact: impact === 'total' ? ('total' as const) : ('partial' as const),
    };
    seen.add(JSON.stringify(point));
    expect([row, bodTimeline(point)]).toEqual([row, timeline]);
  }
  expect(seen.size).toBe(16);
});
