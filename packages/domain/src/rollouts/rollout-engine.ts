import { type DeploymentEvent, type DeploymentState, nextDeploymentState } from './deployment-machine.ts';
import {
  type DeploymentRecord,
  isFailure,
  isInFlight,
  type RolloutEffect,
  type RolloutEvent,
  type RolloutModel,
  type RolloutPlan,
  type RolloutState,
} from './rollout-model.ts';

/** How long a machine may be silent in a state before silence counts as failure, in seconds. */
export const TIME_OUT_SECONDS: Partial<Record<DeploymentState, number>> = {
  installing: 3600,
  rebooting: 1800,
  observing: 1800,
  probing: 900,
  rolling_back: 3600,
};

const ENDED: ReadonlySet<RolloutState> = new Set(['succeeded', 'failed', 'stopped', 'rolled_back']);

/**
 * The engine: one event, one new model, and what is to be done about it. Pure and level-triggered: after each event
 * everything that can go on goes on, so a lost tick or a repeated result changes nothing.
 */
export function step(
  plan: RolloutPlan,
  model: RolloutModel,
  event: RolloutEvent,
  now: string,
): { model: RolloutModel; effects: RolloutEffect[] } {
  const work = new Work(plan, model, now);
  work.take(event);
  work.goOn();
  return { model: work.model(), effects: work.effects };
}

/** When the engine has something to do although nothing happens; null when it waits for machines or people alone. */
export function nextTick(plan: RolloutPlan, model: RolloutModel, now: string): string | null {
  if (ENDED.has(model.state)) return null;
  const times = Object.values(model.deployments).flatMap(({ state, since }) => {
    const seconds = TIME_OUT_SECONDS[state];
    return seconds === undefined ? [] : [addSeconds(since, seconds)];
  });
  // Paused, nothing follows from the end of a bake: a look at it would only ask for the next look.
  if (model.bake_until !== null && model.state === 'running') times.push(model.bake_until);
  const nextWindow = plan.windows
    .map(({ from }) => from)
    .filter((from) => from > now)
    .sort()[0];
  if (nextWindow !== undefined) times.push(nextWindow);
  return times.sort()[0] ?? null;
}

/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
export function addSeconds(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}

class Work {
  readonly effects: RolloutEffect[] = [];
  readonly #plan: RolloutPlan;
  readonly #now: string;
  readonly #model: RolloutModel;
  readonly #deployments: Record<string, DeploymentRecord>;

  constructor(plan: RolloutPlan, model: RolloutModel, now: string) {
    this.#plan = plan;
    this.#now = now;
    this.#model = { ...model };
    this.#deployments = { ...model.deployments };
  }

  model(): RolloutModel {
    return { ...this.#model, deployments: this.#deployments };
  }

  take(event: RolloutEvent): void {
    const { state } = this.#model;
    switch (event.type) {
      case 'tick':
        return this.#timeOut();
      case 'result':
        return this.#takeResult(event);
      case 'observed':
        return this.#takeObservation(event);
      case 'withdrawn':
        return void this.#move(
          event.asset,
          'skip',
          'withdrawn',
          'The rollout was stopped before this machine was reached.',
        );
      case 'pause':
        return state === 'running' ? this.#pause(event.reason) : undefined;
      case 'resume':
        return state === 'paused' ? this.#resume() : undefined;
      case 'stop':
        return state === 'running' || state === 'paused' ? this.#stop(event.reason) : undefined;
      case 'roll_back':
        return state === 'rolling_back' ? undefined : this.#beginRollback(event.reason);
      case 'retry':
        return state === 'running' || state === 'paused' ? this.#retry() : undefined;
    }
  }

  /** Everything that can go on, goes on. */
  goOn(): void {
    this.#continueInFlight();
    if (this.#isRunning()) this.#judgeFailures();
    if (this.#isRunning()) this.#closeWindows();
    while (this.#isRunning() && this.#promote());
    if (this.#isRunning()) this.#startQueued();
    if (this.#model.state === 'rolling_back') this.#continueRollback();
  }

  #isRunning(): boolean {
    return this.#model.state === 'running';
  }

  #takeResult({
    asset,
    step,
    attempt,
    outcome,
    code,
    detail,
    reboot_required,
    has_begun,
  }: Extract<RolloutEvent, { type: 'result' }>): void {
    const record = this.#deployments[asset];
    if (record === undefined || record.attempt !== attempt) return;
    const event = resultEvent(step, outcome);
    if (!this.#move(asset, event, code, detail)) return;
    // A later try that failed has not undone what an earlier one installed.
    const is_installed = outcome === 'succeeded' || has_begun || record.is_installed;
    if (step === 'install') this.#set(asset, { is_installed, needs_reboot: reboot_required });
    if (step === 'install' && is_installed && this.#model.state === 'rolled_back')
      this.#beginRollback('A machine that nothing was heard of has installed it after all.');
    if (step === 'reboot' && outcome === 'succeeded') this.#set(asset, { needs_reboot: false, code: 'rebooted' });
    if (step === 'rollback' && outcome === 'succeeded') this.#set(asset, { is_installed: false });
  }

  #takeObservation({ asset, needs, detail }: Extract<RolloutEvent, { type: 'observed' }>): void {
    const record = this.#deployments[asset];
    if (record?.state !== 'observing') return;
    if (needs === 'nothing') this.#move(asset, 'effective', null, 'A later report shows it in effect.');
    // An order is known by its attempt: a second reboot of the same one would be the order that has been carried out.
    else if (needs === 'reboot' && record.code === 'rebooted')
      this.#move(asset, 'fail', 'reboot-not-effective', `${detail} It has rebooted for this change already.`);
    else if (needs === 'reboot' && this.#plan.reboot === 'if-needed') this.#order(asset, 'reboot');
    else this.#set(asset, { detail });
  }

  #continueInFlight(): void {
    if (this.#model.state !== 'running' && this.#model.state !== 'paused') return;
    for (const [asset, { state, code, needs_reboot }] of Object.entries(this.#deployments)) {
      if (state === 'installed' && needs_reboot && this.#plan.reboot === 'if-needed') this.#order(asset, 'reboot');
      else if (state === 'installed')
        this.#move(asset, 'observe', null, 'Installed; a later report has to show it in effect.');
      else if (state === 'probing' && code === null) this.#probe(asset);
    }
  }

  #probe(asset: string): void {
    if (!this.#plan.has_gates) {
      this.#move(asset, 'probe_passed', 'verified', 'A later report shows it in effect; the change has no gates.');
      return;
    }
    this.#set(asset, { code: 'probe-ordered' });
    this.effects.push({ type: 'order', asset, step: 'probe', attempt: this.#deployments[asset]?.attempt ?? 1 });
  }

  #judgeFailures(): void {
    const failed = this.#inRing().filter(([, { state }]) => isFailure(state));
    const gate = failed.find(([, { code }]) => code === 'gate-failed');
    if (gate !== undefined && this.#plan.on_gate_fail === 'rollback') {
      this.effects.push({ type: 'emit', event: 'gate_failed', detail: gate[1].detail });
      return this.#beginRollback(`A gate failed: ${gate[1].detail}`);
    }
    if (failed.length <= this.#model.accepted_failures) return;
    if (gate !== undefined) this.effects.push({ type: 'emit', event: 'gate_failed', detail: gate[1].detail });
    const [, last] = failed.at(-1) ?? [];
    this.#pause(
      `${failed.length} of ${machines(this.#inRing().length)} of ring ${this.#ringName()} failed: ${last?.detail ?? ''}`,
    );
  }

  /** Goes to the next ring when this one is settled and baked; true when it did. */
  #promote(): boolean {
    if (this.#inRing().some(([, { state }]) => state === 'queued' || isInFlight(state))) return false;
    const isLast = this.#model.ring === this.#plan.rings.length - 1;
    if (isLast) return this.#finish();
    const bake = this.#plan.rings[this.#model.ring]?.bake_seconds ?? 0;
    this.#model.bake_until ??= addSeconds(this.#now, bake);
    if (this.#now < this.#model.bake_until) return false;
    this.#model.ring += 1;
    this.#model.bake_until = null;
    this.#model.accepted_failures = 0;
    return true;
  }

  /** After the last window no machine would begin any more: what still waits is over, and is said to be. */
  #closeWindows(): void {
    if (this.#plan.windows.some(({ until }) => this.#now < until)) return;
    for (const [asset, { state }] of Object.entries(this.#deployments)) {
      if (state === 'queued')
        this.#move(asset, 'skip', 'windows-passed', 'The last approved window passed before this machine was reached.');
    }
  }

  /** Complete never implies succeeded. */
  #finish(): false {
    const failed = Object.values(this.#deployments).filter(({ state }) => state !== 'verified').length;
    this.#withdrawOpen();
    const isOver = Object.values(this.#deployments).some(({ code }) => code === 'windows-passed');
    const why = isOver ? ': the last approved window has passed.' : '.';
    this.#end(
      failed === 0 ? 'succeeded' : 'failed',
      failed === 0 ? null : `${machines(failed)} ${failed === 1 ? 'is' : 'are'} not verified${why}`,
    );
    return false;
  }

  #startQueued(): void {
    if (!this.#plan.windows.some(({ from, until }) => from <= this.#now && this.#now < until)) return;
    const ring = this.#inRing();
    let free =
      (this.#plan.rings[this.#model.ring]?.max_in_flight ?? 1) -
      ring.filter(([, { state }]) => isInFlight(state)).length;
    for (const [asset, { state }] of ring) {
      if (state !== 'queued' || free <= 0) continue;
      free -= 1;
      this.#order(asset, 'install');
    }
  }

  #beginRollback(reason: string): void {
    const isAnythingToTakeBack = Object.entries(this.#deployments).some(
      ([asset, { is_installed, state }]) => this.#plan.can_roll_back.has(asset) && (is_installed || isInFlight(state)),
    );
    if (!isAnythingToTakeBack)
      return this.#isRunning() ? this.#pause(`${reason} Nothing can be rolled back.`) : undefined;
    this.#model.state = 'rolling_back';
    this.#model.reason = reason;
    this.#model.bake_until = null;
    this.#model.finished_at = null;
    this.#withdrawOpen();
    for (const [asset, { state }] of Object.entries(this.#deployments)) {
      if (state === 'queued')
        this.#move(asset, 'skip', 'rolled-back-before', 'The rollout was rolled back before this machine was reached.');
      if (state === 'rollback_failed')
        this.#set(asset, { attempt: (this.#deployments[asset]?.attempt ?? 1) + 1, code: null });
    }
  }

  /** A machine that was not reached must not begin with what is over or being taken back when it comes back. */
  #withdrawOpen(): void {
    const isOpen = Object.values(this.#deployments).some(({ state }) => state === 'unreachable' || isInFlight(state));
    if (isOpen) this.effects.push({ type: 'withdraw_orders' });
  }

  #continueRollback(): void {
    for (const [asset, { is_installed, state }] of Object.entries(this.#deployments)) {
      const isDue =
        is_installed && this.#plan.can_roll_back.has(asset) && state !== 'rolling_back' && state !== 'rollback_failed';
      const isAgain = state === 'rollback_failed' && this.#deployments[asset]?.code === null;
      if (isDue || isAgain) this.#order(asset, 'rollback');
    }
    const parts = Object.values(this.#deployments);
    if (parts.some(({ state }) => state === 'rolling_back' || state === 'installing')) return;
    const bad = parts.filter(({ state }) => state === 'rollback_failed').length;
    if (bad > 0) this.#end('failed', `${machines(bad)} could not be rolled back.`);
    else this.#end('rolled_back', this.#model.reason);
  }

  #timeOut(): void {
    for (const [asset, { state, since }] of Object.entries(this.#deployments)) {
      const seconds = TIME_OUT_SECONDS[state];
      if (seconds === undefined || this.#now < addSeconds(since, seconds)) continue;
      const minutes = Math.round(seconds / 60);
      this.#move(
        asset,
        'time_out',
        'timed-out',
        `Nothing heard for ${minutes} minutes while ${state.replace('_', ' ')}.`,
      );
    }
  }

  #retry(): void {
    for (const [asset, { state, attempt }] of Object.entries(this.#deployments)) {
      if (nextDeploymentState(state, 'retry') === null) continue;
      this.#set(asset, { attempt: attempt + 1 });
      this.#move(asset, 'retry', null, 'Tried again.');
    }
    this.#model.accepted_failures = 0;
    if (this.#model.state === 'paused') this.#resume();
  }

  #pause(reason: string): void {
    this.#model.state = 'paused';
    this.#model.reason = reason;
    this.effects.push({ type: 'emit', event: 'paused', detail: reason });
  }

  #resume(): void {
    this.#model.state = 'running';
    this.#model.reason = null;
    this.#model.accepted_failures = this.#inRing().filter(([, { state }]) => isFailure(state)).length;
    this.effects.push({ type: 'emit', event: 'resumed', detail: '' });
  }

  #stop(reason: string): void {
    for (const [asset, { state }] of Object.entries(this.#deployments)) {
      if (state === 'queued')
        this.#move(asset, 'skip', 'stopped', 'The rollout was stopped before this machine was reached.');
    }
    this.#end('stopped', reason);
    this.effects.push({ type: 'withdraw_orders' });
  }

  #end(state: 'succeeded' | 'failed' | 'stopped' | 'rolled_back', reason: string | null): void {
    this.#model.state = state;
    this.#model.reason = reason;
    this.#model.bake_until = null;
    this.#model.finished_at = this.#now;
    this.effects.push({ type: 'emit', event: state, detail: reason ?? '' });
  }

  #order(asset: string, orderStep: 'install' | 'reboot' | 'rollback'): void {
    const event = ({ install: 'install_ordered', reboot: 'reboot_ordered', rollback: 'roll_back_ordered' } as const)[
      orderStep
    ];
    if (!this.#move(asset, event, null, '')) return;
    this.effects.push({ type: 'order', asset, step: orderStep, attempt: this.#deployments[asset]?.attempt ?? 1 });
  }

  /** Moves a deployment if its machine allows it; true when it did. */
  #move(asset: string, event: DeploymentEvent, code: string | null, detail: string): boolean {
    const record = this.#deployments[asset];
    const next = record === undefined ? null : nextDeploymentState(record.state, event);
    if (next === null) return false;
    this.#set(asset, { state: next, code, detail, since: this.#now });
    if (next === 'failed' || next === 'refused')
      this.effects.push({ type: 'emit_deployment', event: next, asset, detail });
    return true;
  }

  #set(asset: string, change: Partial<DeploymentRecord>): void {
    const record = this.#deployments[asset];
    if (record !== undefined) this.#deployments[asset] = { ...record, ...change };
  }

  #inRing(): [string, DeploymentRecord][] {
    return Object.entries(this.#deployments).filter(([, { ring }]) => ring === this.#model.ring);
  }

  #ringName(): string {
    return this.#plan.rings[this.#model.ring]?.name ?? '';
  }
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}

function resultEvent(
  orderStep: 'install' | 'reboot' | 'probe' | 'rollback',
  outcome: 'succeeded' | 'failed' | 'refused' | 'inconclusive',
): DeploymentEvent {
  if (orderStep === 'rollback') return outcome === 'succeeded' ? 'rolled_back' : 'roll_back_failed';
  if (outcome === 'refused') return 'refuse';
  if (outcome !== 'succeeded') return orderStep === 'probe' ? 'probe_failed' : 'fail';
  return ({ install: 'install_succeeded', reboot: 'rebooted', probe: 'probe_passed' } as const)[orderStep];
}
