import { describe, expect, test } from 'vitest';
import { type EnrolmentFacts, enrolmentProgress } from './enrolment-progress.ts';

const START = Date.parse('2026-11-01T10:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const NOTHING: EnrolmentFacts = {
  created_at: at(0),
  expires_at: at(3600),
  fetched_at: null,
  used_at: null,
  asset: null,
};
const ASSET = { waits_for: null, last_check_in_at: null, packages_at: null, updates_at: null, lists_error: null };
const tell = (facts: Partial<EnrolmentFacts>, seconds: number) => {
  const { steps, diagnosis } = enrolmentProgress({ ...NOTHING, ...facts }, START + seconds * 1000);
  return { line: steps.map(({ state }) => state).join(' '), diagnosis };
};

describe('one step after the other', () => {
  test.each([
    ['the code is made', {}, 'done waiting waiting waiting waiting'],
    ['the agent is fetched', { fetched_at: at(1) }, 'done done waiting waiting waiting'],
    ['the machine enrols', { fetched_at: at(1), used_at: at(2), asset: ASSET }, 'done done done waiting waiting'],
    ['it was copied by hand', { used_at: at(2), asset: ASSET }, 'done done done waiting waiting'],
    ['packages come', { used_at: at(2), asset: { ...ASSET, packages_at: at(3) } }, 'done done done done waiting'],
    [
      'its patches are known',
      { used_at: at(2), asset: { ...ASSET, packages_at: at(3), updates_at: at(4) } },
      'done done done done done',
    ],
  ] as const)('%s', (_what, facts, line) => {
    expect(tell(facts, 10)).toEqual({ line, diagnosis: [] });
  });
});

describe('what hangs is named, with what to look at first', () => {
  test.each([
    ['nothing was pasted', {}, 61, 'late waiting waiting waiting', /not been pasted/],
    ['the installer did not run', { fetched_at: at(5) }, 66, 'done late waiting waiting', /before sudo/],
    ['it never called', { used_at: at(5), asset: ASSET }, 66, 'done done late waiting', /never called since/],
    [
      'it calls and does not report',
      { used_at: at(5), asset: { ...ASSET, last_check_in_at: at(6) } },
      66,
      'done done late waiting',
      /systemctl status/,
    ],
    [
      'its lists cannot be fetched',
      { used_at: at(5), asset: { ...ASSET, packages_at: at(6), lists_error: 'no route' } },
      187,
      'done done done late',
      /It says: no route/,
    ],
    ['the code ran out', { fetched_at: at(5) }, 3600, 'done stopped waiting waiting', /run out unused/],
    [
      'a person has to let it in',
      { used_at: at(5), asset: { ...ASSET, waits_for: 'approval' } },
      6,
      'done done stopped waiting',
      /lets it in/,
    ],
    [
      'its id is another’s',
      { used_at: at(5), asset: { ...ASSET, waits_for: 'machine_id' } },
      6,
      'done done stopped waiting',
      /machine id/,
    ],
  ] as const)('%s', (_what, facts, seconds, line, first) => {
    const told = tell(facts, seconds);
    expect(told.line).toBe(`done ${line}`);
    expect(told.diagnosis[0]).toMatch(first);
  });
  test('nothing hangs a second before it is late', () => {
    expect(tell({}, 60).diagnosis).toEqual([]);
  });
});
