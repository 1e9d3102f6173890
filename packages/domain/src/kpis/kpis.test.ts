import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEPLOYMENT_STATES, type DeploymentState } from '../rollouts/deployment-machine.ts';
import { assetCompliance, type Compliance, complianceRate } from './compliance-rate.ts';
import { type DeploymentOutcome, deploymentOutcome, patchSuccessRate } from './patch-success-rate.ts';
import { percent } from './percent.ts';
import { secondsBetween, timeToPatch } from './time-to-patch.ts';

describe('percent', () => {
  test.each([
    [0, 0, null],
    [0, 3, 0],
    [3, 3, 100],
    [1, 3, 33.33],
    [2, 3, 66.66],
    [9999, 10_000, 99.99],
    // Not all, so not 100.
    [99_999, 100_000, 99.99],
    [1, 100_000, 0],
  ])('%i of %i', (part, whole, value) => {
    expect(percent(part, whole)).toBe(value);
  });
});

describe('patch success rate', () => {
  test.each<[DeploymentState, boolean, DeploymentOutcome]>([
    ['verified', true, 'verified'],
    ['failed', true, 'failed'],
    ['refused', true, 'failed'],
    ['unreachable', true, 'timed_out'],
    ['unreachable', false, 'offline'],
    ['rolling_back', true, 'rolled_back'],
    ['rolled_back', true, 'rolled_back'],
    ['rollback_failed', true, 'rolled_back'],
    ['skipped', false, 'not_attempted'],
    ['queued', false, 'open'],
    ['installing', true, 'open'],
    // Waits for its reboot: not a success.
    ['installed', true, 'open'],
    ['rebooting', true, 'open'],
    ['observing', true, 'open'],
    ['probing', true, 'open'],
  ])('a deployment that is %s (order handed out: %s) counts as %s', (state, wasHandedOut, outcome) => {
    expect(deploymentOutcome(state, wasHandedOut)).toBe(outcome);
  });

  test.each<[string, DeploymentOutcome[], number | null, number, number]>([
    ['nothing at all', [], null, 0, 0],
    ['nothing has ended', ['open', 'offline', 'not_attempted'], null, 0, 0],
    ['all well', ['verified', 'verified'], 100, 2, 2],
    ['none well', ['failed', 'timed_out', 'rolled_back'], 0, 0, 3],
    ['offline and open stand apart', ['verified', 'failed', 'offline', 'offline', 'open', 'not_attempted'], 50, 1, 2],
  ])('%s', (_what, outcomes, value, verified, attempted) => {
    expect(patchSuccessRate(outcomes)).toMatchObject({ value, verified, attempted });
  });

  test('every deployment is counted exactly once', () => {
    const outcome = fc
      .record({ state: fc.constantFrom(...DEPLOYMENT_STATES), out: fc.boolean() })
      .map(({ state, out }) => deploymentOutcome(state, out));
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const { value, verified, attempted, apart } = patchSuccessRate(outcomes);
        expect(attempted + apart.offline + apart.open + apart.not_attempted).toBe(outcomes.length);
        expect(value === null).toBe(attempted === 0);
        expect(value === 100).toBe(attempted > 0 && verified === attempted);
      }),
    );
  });

  test('one more failure never raises it, one more success never lowers it', () => {
    const outcomes = fc.array(
      fc.constantFrom<DeploymentOutcome>('verified', 'failed', 'timed_out', 'rolled_back', 'open'),
    );
    fc.assert(
      fc.property(outcomes, (list) => {
        const now = patchSuccessRate(list).value;
        if (now === null) return;
        expect(patchSuccessRate([...list, 'timed_out']).value).toBeLessThanOrEqual(now);
        expect(patchSuccessRate([...list, 'verified']).value).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});

describe('time to patch', () => {
  test.each<[number[], number | null, number | null, number | null]>([
    [[], null, null, null],
    [[7], 7, 7, 7],
    [[1, 2], 2, 2, 2],
    [[10, 1, 4], 5, 4, 10],
    [[1, 2, 3, 4], 3, 3, 4],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 6, 6, 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1000], 96, 6, 10],
    [[0, 0, 0], 0, 0, 0],
  ])('of %j', (seconds, mean, median, p90) => {
    expect(timeToPatch(seconds)).toEqual({ mean, median, p90, count: seconds.length });
  });

  test.each([
    ['2026-11-23T18:00:00.000Z', '2026-11-23T18:00:01.499Z', 1],
    ['2026-11-23T18:00:00.000Z', '2026-11-24T18:00:00.000Z', 86_400],
    ['2026-11-23T18:00:00.000Z', '2026-11-23T17:00:00.000Z', 0],
  ])('from %s to %s', (from, until, seconds) => {
    expect(secondsBetween(from, until)).toBe(seconds);
  });

  test('the order of the patches does not matter, the figures lie within them, and nine in ten are not above p90', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 200 }), (seconds) => {
        const { mean, median, p90 } = timeToPatch(seconds);
        const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
        expect(timeToPatch([...seconds].reverse())).toEqual({ mean, median, p90, count: seconds.length });
        for (const figure of [mean, median, p90])
          expect(figure !== null && figure >= least && figure <= most).toBe(true);
        expect(seconds.filter((each) => each <= (p90 ?? 0)).length * 10).toBeGreaterThanOrEqual(seconds.length * 9);
        expect(seconds.filter((each) => each < (p90 ?? 0)).length * 10).toBeLessThan(seconds.length * 9);
      }),
    );
  });

  test('what it is given stays as it was', () => {
    const seconds = [3, 1, 2];
    timeToPatch(seconds);
    expect(seconds).toEqual([3, 1, 2]);
  });
});

describe('compliance rate', () => {
  const now = '2026-11-23T18:00:00.000Z';
  const [exactlyADay, older] = ['2026-11-22T18:00:00.000Z', '2026-11-22T17:59:59.999Z'];
  test.each<[string, string | null, string | null, number, Compliance]>([
    ['never reported', null, now, 0, 'unknown'],
    ['reported just now, nothing open', now, now, 0, 'compliant'],
    ['reported just now, one open', now, now, 1, 'not_compliant'],
    ['exactly a day old', exactlyADay, exactlyADay, 0, 'compliant'],
    ['a moment older than a day', older, now, 0, 'unknown'],
    ['old, and something was open', older, now, 3, 'unknown'],
    ['nothing open by old lists', now, older, 0, 'unknown'],
    ['nothing open by lists of unknown age', now, null, 0, 'unknown'],
    ['something open by old lists', now, older, 1, 'not_compliant'],
    ['something open by lists of unknown age', now, null, 2, 'not_compliant'],
  ])('%s', (_what, reported_at, lists_at, open_security_patches, compliance) => {
    expect(assetCompliance({ reported_at, lists_at, open_security_patches }, now)).toBe(compliance);
  });

  test.each<[Compliance[], ReturnType<typeof complianceRate>]>([
    [[], { value: null, compliant: 0, reporting: 0, unknown: 0, unknown_share: null }],
    [['unknown', 'unknown'], { value: null, compliant: 0, reporting: 0, unknown: 2, unknown_share: 100 }],
    [['compliant'], { value: 100, compliant: 1, reporting: 1, unknown: 0, unknown_share: 0 }],
    [
      ['compliant', 'not_compliant', 'not_compliant', 'unknown'],
      { value: 33.33, compliant: 1, reporting: 3, unknown: 1, unknown_share: 25 },
    ],
  ])('of %j', (machines, rate) => {
    expect(complianceRate(machines)).toEqual(rate);
  });

  test('a machine that falls silent never makes it 100', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Compliance>('compliant', 'not_compliant', 'unknown')), (machines) => {
        const { value, compliant, reporting, unknown } = complianceRate(machines);
        expect(reporting + unknown).toBe(machines.length);
        expect(value === 100).toBe(reporting > 0 && compliant === reporting);
        expect(complianceRate([...machines, 'unknown']).value).toBe(value);
      }),
    );
  });
});
