import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTick, step } from './rollout-engine.ts';
import {
  isFailure,
  isInFlight,
  openRollout,
  possibleActions,
  type RolloutEffect,
  type RolloutEvent,
  type RolloutModel,
  type RolloutPlan,
} from './rollout-model.ts';

const START = '2026-11-23T22:00:00.000Z';
const LATER = '2026-11-23T22:20:00.000Z';

function aPlan(change: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    rings: [
      { name: 'canary', assets: ['a'], max_in_flight: 1, bake_seconds: 600 },
      { name: 'broad', assets: ['b', 'c', 'd'], max_in_flight: 2, bake_seconds: 0 },
    ],
    has_gates: true,
    on_gate_fail: 'pause',
    reboot: 'if-needed',
    windows: [{ from: START, until: '2026-11-24T02:00:00.000Z' }],
    can_roll_back: new Set(['a', 'b', 'c', 'd']),
    ...change,
  };
}

/** Plays events one after the other; what each asked for is kept apart. */
function play(
  plan: RolloutPlan,
  events: readonly (RolloutEvent | [RolloutEvent, string])[],
  from = openRollout(plan, START),
) {
  let model = from;
  const effects: RolloutEffect[][] = [];
  for (const each of events) {
    const [event, now] = Array.isArray(each) ? each : [each, START];
    const next = step(plan, model, event, now);
    model = next.model;
    effects.push(next.effects);
  }
  return { model, effects, last: effects.at(-1) ?? [] };
}

type ResultEvent = Extract<RolloutEvent, { type: 'result' }>;

function result(asset: string, orderStep: ResultEvent['step'], change: Partial<ResultEvent> = {}): RolloutEvent {
  return {
    type: 'result',
    asset,
    step: orderStep,
    attempt: 1,
    outcome: 'succeeded',
    code: 'ok',
    detail: '',
    reboot_required: false,
    has_begun: false,
    ...change,
  };
}

const effective = (asset: string): RolloutEvent => ({ type: 'observed', asset, needs: 'nothing', detail: '' });
const verified = (asset: string): RolloutEvent[] => [
  result(asset, 'install'),
  effective(asset),
  result(asset, 'probe'),
];

describe('the way of one machine', () => {
  test('install, effect seen by a later report, probe, verified', () => {
    const { effects, model } = play(aPlan(), [{ type: 'tick' }, ...verified('a')]);
    expect(effects[0]).toEqual([{ type: 'order', asset: 'a', step: 'install', attempt: 1 }]);
    expect(effects[1]).toEqual([]);
    expect(effects[2]).toEqual([{ type: 'order', asset: 'a', step: 'probe', attempt: 1 }]);
    expect(model.deployments['a']?.state).toBe('verified');
  });

  test('installed is not effective: without a later report nothing goes on', () => {
    const { model } = play(aPlan(), [{ type: 'tick' }, result('a', 'install'), result('a', 'probe')]);
    expect(model.deployments['a']?.state).toBe('observing');
  });

  test('a reboot is a step of its own, ordered once', () => {
    const { effects, model } = play(aPlan(), [
      { type: 'tick' },
      result('a', 'install', { reboot_required: true }),
      { type: 'tick' },
      result('a', 'reboot'),
    ]);
    expect(effects[1]).toEqual([{ type: 'order', asset: 'a', step: 'reboot', attempt: 1 }]);
    expect(effects[2]).toEqual([]);
    expect(model.deployments['a']?.state).toBe('observing');
  });

  test('a service that still runs the old code asks for the reboot too; where reboots are forbidden it waits and says why', () => {
    const seen: RolloutEvent = {
      type: 'observed',
      asset: 'a',
      needs: 'reboot',
      detail: 'cron.service runs the replaced code',
    };
    const events: RolloutEvent[] = [{ type: 'tick' }, result('a', 'install'), seen];
    expect(play(aPlan(), events).last).toEqual([{ type: 'order', asset: 'a', step: 'reboot', attempt: 1 }]);
    const forbidden = play(aPlan({ reboot: 'never' }), events);
    expect(forbidden.last).toEqual([]);
    expect(forbidden.model.deployments['a']).toMatchObject({
      state: 'observing',
      detail: 'cron.service runs the replaced code',
    });
  });

  test('a machine that still asks for a reboot after it has rebooted has failed: the same order is never run twice', () => {
    const seen: RolloutEvent = { type: 'observed', asset: 'a', needs: 'reboot', detail: 'A reboot is pending.' };
    const events: RolloutEvent[] = [{ type: 'tick' }, result('a', 'install'), seen, result('a', 'reboot'), seen];
    const { model, last } = play(aPlan(), events);
    expect(last.filter(({ type }) => type === 'order')).toEqual([]);
    expect(model.deployments['a']).toMatchObject({
      state: 'failed',
      code: 'reboot-not-effective',
      detail: 'A reboot is pending. It has rebooted for this change already.',
    });
    const again = play(aPlan(), [{ type: 'retry' }, result('a', 'install', { attempt: 2 }), seen], model);
    expect(again.last).toEqual([{ type: 'order', asset: 'a', step: 'reboot', attempt: 2 }]);
  });

  test('without gates, effective is verified', () => {
    expect(
      play(aPlan({ has_gates: false }), [{ type: 'tick' }, result('a', 'install'), effective('a')]).model.deployments[
        'a'
      ]?.state,
    ).toBe('verified');
  });

  test('a result that comes twice, late or for another attempt changes nothing', () => {
    const once = play(aPlan(), [{ type: 'tick' }, ...verified('a')]).model;
    for (const again of [
      result('a', 'install'),
      result('a', 'probe'),
      result('a', 'install', { attempt: 7, outcome: 'failed' }),
      result('x', 'install'),
    ]) {
      expect(step(aPlan(), once, again, START)).toEqual({ model: once, effects: [] });
    }
  });
});

describe('rings, windows and time', () => {
  test('the next ring begins when this one is verified and has baked, and not before', () => {
    const events = [{ type: 'tick' } as const, ...verified('a'), { type: 'tick' } as const];
    const baking = play(aPlan(), events);
    expect(baking.model).toMatchObject({ ring: 0, bake_until: '2026-11-23T22:10:00.000Z' });
    const { last, model } = play(aPlan(), [[{ type: 'tick' }, LATER]], baking.model);
    expect(model.ring).toBe(1);
    expect(last).toEqual(['b', 'c'].map((asset) => ({ type: 'order', asset, step: 'install', attempt: 1 })));
  });

  test('a rollout that is paused while it bakes is not looked at again and again once the bake is over', () => {
    const { model } = play(aPlan(), [{ type: 'tick' }, ...verified('a'), { type: 'pause', reason: 'Ann' }]);
    expect(model).toMatchObject({ state: 'paused', bake_until: '2026-11-23T22:10:00.000Z' });
    expect(nextTick(aPlan(), model, LATER)).toBe(null);
    expect(play(aPlan(), [[{ type: 'resume' }, LATER]], model).model.ring).toBe(1);
  });

  test('nothing begins outside the windows', () => {
    const closed = aPlan({ windows: [{ from: LATER, until: '2026-11-24T02:00:00.000Z' }] });
    expect(play(closed, [{ type: 'tick' }]).last).toEqual([]);
    expect(play(closed, [[{ type: 'tick' }, LATER]]).last).toHaveLength(1);
    expect(play(closed, [[{ type: 'tick' }, '2026-11-24T02:00:00.000Z']]).last).toEqual([]);
  });

  test('when the last window has passed the rollout ends and says so, instead of waiting for ever', () => {
    const over = '2026-11-24T02:00:00.000Z';
    const { model, last } = play(aPlan(), [{ type: 'tick' }, ...verified('a'), [{ type: 'tick' }, over]]);
    expect(model).toMatchObject({
      state: 'failed',
      reason: '3 machines are not verified: the last approved window has passed.',
      deployments: { a: { state: 'verified' }, b: { state: 'skipped', code: 'windows-passed' } },
    });
    expect(last).toContainEqual({ type: 'emit', event: 'failed', detail: model.reason });
    // What is on its way is waited for; only then does it end.
    const flying = play(aPlan(), [{ type: 'tick' }, result('a', 'install'), [effective('a'), over]]);
    expect(flying.model).toMatchObject({
      state: 'running',
      deployments: { a: { state: 'probing' }, b: { state: 'skipped' } },
    });
    const baked: [RolloutEvent, string] = [{ type: 'tick' }, '2026-11-24T02:10:00.000Z'];
    expect(play(aPlan(), [[result('a', 'probe'), over], baked], flying.model).model.state).toBe('failed');
  });

  test('silence becomes failure, and a machine that then speaks is heard', () => {
    const silent = play(aPlan(), [{ type: 'tick' }, [{ type: 'tick' }, '2026-11-23T23:00:00.000Z']]);
    expect(silent.model).toMatchObject({
      state: 'paused',
      deployments: { a: { state: 'unreachable', code: 'timed-out' } },
    });
    expect(play(aPlan(), [result('a', 'install')], silent.model).model.deployments['a']?.state).toBe('observing');
  });

  test('complete never implies succeeded', () => {
    const plan = aPlan({ rings: [{ name: 'all', assets: ['a', 'b'], max_in_flight: 2, bake_seconds: 0 }] });
    const { model } = play(plan, [
      { type: 'tick' },
      ...verified('a'),
      result('b', 'install', { outcome: 'failed', code: 'apt-failed', detail: 'no space' }),
      { type: 'resume' },
    ]);
    expect(model).toMatchObject({ state: 'failed', reason: '1 machine is not verified.' });
  });
});

describe('failures, people and the way back', () => {
  const failed = result('a', 'install', { outcome: 'failed', code: 'apt-failed', detail: 'no space' });

  test('a failure pauses and is told; a person may resume over it, and is not asked again', () => {
    const paused = play(aPlan(), [{ type: 'tick' }, failed]);
    expect(paused.model).toMatchObject({ state: 'paused', reason: '1 of 1 machine of ring canary failed: no space' });
    expect(paused.last.map(({ type }) => type)).toEqual(['emit_deployment', 'emit']);
    expect(play(aPlan(), [{ type: 'resume' }], paused.model).model).toMatchObject({
      state: 'running',
      accepted_failures: 1,
    });
  });

  test('a failure that was accepted and then tried again is no licence for another machine to fail', () => {
    const plan = aPlan({ rings: [{ name: 'all', assets: ['a', 'b'], max_in_flight: 1, bake_seconds: 0 }] });
    const { model } = play(plan, [
      { type: 'tick' },
      failed,
      { type: 'resume' },
      { type: 'retry' },
      result('b', 'install', { outcome: 'failed', code: 'apt-failed', detail: 'no space' }),
    ]);
    expect(model.state).toBe('paused');
  });

  test('a retry is a new attempt', () => {
    const { last } = play(aPlan(), [{ type: 'tick' }, failed, { type: 'retry' }]);
    expect(last).toContainEqual({ type: 'order', asset: 'a', step: 'install', attempt: 2 });
  });

  test('a failed gate pauses, or rolls back where the change says so; an inconclusive one always pauses', () => {
    const gate = (code: string, outcome: 'failed' | 'inconclusive'): RolloutEvent[] => [
      { type: 'tick' },
      result('a', 'install'),
      effective('a'),
      result('a', 'probe', { outcome, code, detail: 'HTTP 500' }),
    ];
    expect(play(aPlan(), gate('gate-failed', 'failed')).model.state).toBe('paused');
    const back = play(aPlan({ on_gate_fail: 'rollback' }), gate('gate-failed', 'failed'));
    expect(back.model.state).toBe('rolling_back');
    expect(back.last).toContainEqual({ type: 'order', asset: 'a', step: 'rollback', attempt: 1 });
    expect(play(aPlan({ on_gate_fail: 'rollback' }), gate('gate-inconclusive', 'inconclusive')).model.state).toBe(
      'paused',
    );
  });

  test('stop starts nothing more and takes back what nobody was handed', () => {
    const { model, last } = play(aPlan(), [{ type: 'tick' }, { type: 'stop', reason: 'Stopped by Ann' }]);
    expect(last).toContainEqual({ type: 'withdraw_orders' });
    expect(model).toMatchObject({
      state: 'stopped',
      deployments: { a: { state: 'installing' }, b: { state: 'skipped' } },
    });
    expect(play(aPlan(), [{ type: 'withdrawn', asset: 'a' }], model).model.deployments['a']?.state).toBe('skipped');
  });

  test('a finished rollout can be taken back, and one that failed to be can be again', () => {
    const plan = aPlan({ rings: [{ name: 'all', assets: ['a'], max_in_flight: 1, bake_seconds: 0 }] });
    const done = play(plan, [{ type: 'tick' }, ...verified('a')]);
    expect(done.model.state).toBe('succeeded');
    const bad = play(
      plan,
      [{ type: 'roll_back', reason: 'Ann' }, result('a', 'rollback', { outcome: 'failed', code: 'apt-failed' })],
      done.model,
    );
    expect(bad.model).toMatchObject({ state: 'failed', deployments: { a: { state: 'rollback_failed' } } });
    const again = play(plan, [{ type: 'roll_back', reason: 'Ann' }], bad.model);
    expect(again.last).toEqual([{ type: 'order', asset: 'a', step: 'rollback', attempt: 2 }]);
    expect(play(plan, [result('a', 'rollback', { attempt: 2 })], again.model).model).toMatchObject({
      state: 'rolled_back',
      deployments: { a: { state: 'rolled_back' } },
    });
  });

  test('a rollback waits for what is being installed, and takes that back too', () => {
    const waiting = play(aPlan(), [{ type: 'tick' }, { type: 'roll_back', reason: 'Ann' }]);
    expect(waiting.model.state).toBe('rolling_back');
    const { last } = play(aPlan(), [result('a', 'install', { reboot_required: true })], waiting.model);
    expect(last).toEqual([{ type: 'order', asset: 'a', step: 'rollback', attempt: 1 }]);
  });

  test('a machine that was given up cannot install what is over or taken back; if it has, that is taken back too', () => {
    const plan = aPlan({ rings: [{ name: 'all', assets: ['a', 'b'], max_in_flight: 2, bake_seconds: 0 }] });
    const silent = play(plan, [{ type: 'tick' }, ...verified('a'), [{ type: 'tick' }, '2026-11-23T23:00:00.000Z']]);
    expect(silent.model.deployments['b']?.state).toBe('unreachable');
    expect(play(plan, [{ type: 'resume' }], silent.model).last).toContainEqual({ type: 'withdraw_orders' });
    const back = play(plan, [{ type: 'roll_back', reason: 'Ann' }], silent.model);
    expect(back.last).toContainEqual({ type: 'withdraw_orders' });
    const late = play(plan, [result('a', 'rollback'), result('b', 'install')], back.model);
    expect(late.last).toContainEqual({ type: 'order', asset: 'b', step: 'rollback', attempt: 1 });
    expect(play(plan, [result('b', 'rollback')], late.model).model.state).toBe('rolled_back');
  });

  test('a machine that is to be tried again still has what the first try installed, and a rollback takes it back', () => {
    const plan = aPlan({ rings: [{ name: 'all', assets: ['a'], max_in_flight: 1, bake_seconds: 0 }] });
    const gateFailed = result('a', 'probe', { outcome: 'failed', code: 'gate-failed' });
    const closed = '2026-11-24T03:00:00.000Z';
    const events: RolloutEvent[] = [{ type: 'tick' }, result('a', 'install'), effective('a'), gateFailed];
    const bad = play(plan, events).model;
    // Outside the window: the machine waits in the queue with the patch in place.
    const later = aPlan({
      ...plan,
      windows: [...plan.windows, { from: '2026-11-24T22:00:00.000Z', until: '2026-11-25T02:00:00.000Z' }],
    });
    const queued = play(later, [[{ type: 'retry' }, closed]], bad).model;
    expect(queued.deployments['a']).toMatchObject({ state: 'queued', is_installed: true });
    for (const before of [[], [{ type: 'stop', reason: 'Ann' }]] as RolloutEvent[][]) {
      const back = play(
        later,
        [...before, { type: 'roll_back', reason: 'Ann' }].map((event) => [event as RolloutEvent, closed]),
        queued,
      );
      expect(back.last).toContainEqual({ type: 'order', asset: 'a', step: 'rollback', attempt: 2 });
      expect(back.model.state).toBe('rolling_back');
    }
    // The second try is refused: that undoes nothing of the first.
    const refused = play(plan, [{ type: 'retry' }, result('a', 'install', { attempt: 2, outcome: 'refused' })], bad);
    expect(refused.model.deployments['a']).toMatchObject({ state: 'refused', is_installed: true });
    expect(possibleActions(plan, refused.model)).toContain('rollback');
  });

  test('an installation that failed half way is taken back; one that never began is left alone', () => {
    const half = result('a', 'install', { outcome: 'failed', code: 'package-manager-failed', has_begun: true });
    const { model } = play(aPlan(), [{ type: 'tick' }, half]);
    expect(model).toMatchObject({ state: 'paused', deployments: { a: { state: 'failed' } } });
    const back = play(aPlan(), [{ type: 'roll_back', reason: 'Ann' }], model);
    expect(back.last).toContainEqual({ type: 'order', asset: 'a', step: 'rollback', attempt: 1 });
    const untouched = play(aPlan(), [{ type: 'tick' }, failed, { type: 'roll_back', reason: 'Ann' }]);
    expect(untouched.last.filter(({ type }) => type === 'order')).toEqual([]);
  });

  test('a machine without a way back is left as it is', () => {
    const plan = aPlan({ can_roll_back: new Set() });
    const { model } = play(plan, [{ type: 'tick' }, ...verified('a'), { type: 'roll_back', reason: 'Ann.' }]);
    expect(model).toMatchObject({ state: 'paused', reason: 'Ann. Nothing can be rolled back.' });
    expect(possibleActions(plan, model)).not.toContain('rollback');
  });
});

const ASSETS = ['a', 'b', 'c', 'd'];
const anEvent: fc.Arbitrary<RolloutEvent> = fc.oneof(
  fc.constant<RolloutEvent>({ type: 'tick' }),
  fc
    .record({
      asset: fc.constantFrom(...ASSETS),
      orderStep: fc.constantFrom('install', 'reboot', 'probe', 'rollback'),
      outcome: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'refused', 'inconclusive'),
      attempt: fc.integer({ min: 1, max: 3 }),
      reboot_required: fc.boolean(),
      has_begun: fc.boolean(),
    })
    .map(({ orderStep, asset, ...rest }) =>
      result(asset, orderStep as ResultEvent['step'], {
        ...rest,
        outcome: rest.outcome as ResultEvent['outcome'],
        code: 'gate-failed',
      }),
    ),
  fc
    .record({
      asset: fc.constantFrom(...ASSETS),
      needs: fc.constantFrom('nothing' as const, 'versions' as const, 'reboot' as const),
    })
    .map(({ asset, needs }): RolloutEvent => ({ type: 'observed', asset, needs, detail: '' })),
  fc.constantFrom<RolloutEvent>(
    { type: 'pause', reason: 'x' },
    { type: 'resume' },
    { type: 'retry' },
    { type: 'roll_back', reason: 'x' },
    { type: 'stop', reason: 'x' },
  ),
);

describe('whatever happens', () => {
  test('invariants hold after every step of any history', () => {
    const histories = fc.array(fc.tuple(anEvent, fc.integer({ min: 0, max: 2000 })), { maxLength: 60 });
    fc.assert(
      fc.property(histories, fc.constantFrom('pause', 'rollback'), (history, on_gate_fail) => {
        const plan = aPlan({ on_gate_fail: on_gate_fail as 'pause' });
        let model = openRollout(plan, START);
        let seconds = 0;
        const ordered = new Set<string>();
        for (const [event, wait] of history) {
          seconds += wait;
          const now = new Date(Date.parse(START) + seconds * 1000).toISOString();
          const before = model;
          const { model: after, effects } = step(plan, model, event, now);
          checkStep(plan, before, after, effects, now);
          for (const effect of effects) {
            if (effect.type !== 'order' || effect.step === 'reboot') continue;
            const id = `${effect.asset} ${effect.step} ${effect.attempt}`;
            // A result that is heard twice may ask for its reboot again; nothing is installed twice.
            if (effect.step === 'install') expect(ordered.has(id)).toBe(false);
            ordered.add(id);
          }
          model = after;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function checkStep(
  plan: RolloutPlan,
  before: RolloutModel,
  after: RolloutModel,
  effects: readonly RolloutEffect[],
  now: string,
): void {
  for (const [index, { assets, max_in_flight }] of plan.rings.entries()) {
    const flying = assets.filter((asset) => isInFlight(after.deployments[asset]?.state ?? 'queued'));
    // A machine that was given up may come back while its place is taken: it is heard, but nothing more starts.
    const newcomers = assets.filter(
      (asset) => after.deployments[asset]?.state === 'installing' && before.deployments[asset]?.state !== 'installing',
    );
    if (newcomers.length > 0) expect(flying.length).toBeLessThanOrEqual(max_in_flight);
    if (newcomers.length > 0) expect(index).toBe(after.ring);
  }
  const installs = effects.filter((effect) => effect.type === 'order' && effect.step === 'install');
  if (installs.length > 0) {
    expect(after.state).toBe('running');
    expect(plan.windows.some(({ from, until }) => from <= now && now < until)).toBe(true);
  }
  expect(after.ring).toBeGreaterThanOrEqual(before.ring);
  if (after.state === 'succeeded')
    expect(Object.values(after.deployments).every(({ state }) => state === 'verified')).toBe(true);
  // Rolled back means that nothing that has a way back has kept the patch.
  if (after.state === 'rolled_back')
    expect(Object.values(after.deployments).filter(({ is_installed }) => is_installed)).toEqual([]);
  expect((after.finished_at === null) === ['running', 'paused', 'rolling_back'].includes(after.state)).toBe(true);
  if (after.ring > before.ring) {
    const left = plan.rings[before.ring]?.assets.map((asset) => after.deployments[asset]?.state ?? 'queued') ?? [];
    expect(left.some((state) => isInFlight(state) || state === 'queued')).toBe(false);
    expect(left.filter(isFailure).length).toBeLessThanOrEqual(before.accepted_failures);
  }
}
