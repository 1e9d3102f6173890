import { expect, test } from 'vitest';
import { AUTOMATABLE, EXPLOITATION, TECHNICAL_IMPACT } from '../advisories/ssvc-points.ts';
import { decideSsvc, MISSION } from './ssvc.ts';

/** The column "CISA Levels" of CERTCC/SSVC `cisa_coordinator_2_0_3.csv`, rows 0 to 35. */
const PUBLISHED = `track track track track track track_star track track attend track track attend
  track track track_star track track_star attend track track attend track track_star attend
  track track attend track attend act attend attend act attend act act`.split(/\s+/);

test('is the published table, row by row', () => {
  const decisions = EXPLOITATION.flatMap((exploitation) =>
    AUTOMATABLE.flatMap((automatable) =>
      TECHNICAL_IMPACT.flatMap((technical_impact) =>
        MISSION.map((mission) => decideSsvc({ exploitation, automatable, technical_impact, mission })),
      ),
    ),
  );
  expect(decisions).toEqual(PUBLISHED);
  expect(decisions).toHaveLength(36);
});
