import type { Output } from '@fleetmend/api/client.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import type { Gate } from '@fleetmend/domain/changes/change-document.ts';
import { ruledOutFailureRate } from '@fleetmend/domain/rollouts/ring-statistics.ts';
import { isFailure, isInFlight, possibleActions, type RolloutPlan } from '@fleetmend/domain/rollouts/rollout-model.ts';
import type { RolloutView } from './rollout.queries.ts';
import { planOf } from './step-rollout.ts';

type Rollout = Output<'readRollout'>;
type Deployment = RolloutView['deployments'][number];

/** A rollout as the API shows it. */
export function describeRollout(view: RolloutView, now: Date): Rollout {
  const document = parseChangeDocument(view.document);
  if (document === null) throw new Error(`the document of ${view.change} cannot be read`);
  const plan = planOf(document);
  const records = Object.fromEntries(view.deployments.map((deployment) => [deployment.asset, deployment]));
  const waits = blockers(view, plan, now);
  return {
    id: view.id,
    change: view.change,
    title: view.title,
    state: view.state,
    reason: view.reason,
    sentence: sentence(view, plan),
    started_at: view.started_at,
    finished_at: view.finished_at,
    ring: view.ring,
    rings: plan.rings.map((ring, index) => describeRing(view, ring.name, index)),
    gates: document.gates.map((gate) => describeGate(gate, view.deployments)),
    deployments: view.deployments.map((deployment) => ({
      asset: deployment.asset,
      hostname: deployment.hostname,
      ring: plan.rings[deployment.ring]?.name ?? '',
      state: deployment.state,
      attempt: deployment.attempt,
      detail: deployment.detail,
      code: deployment.code,
      updated_at: deployment.since,
      blocked_by: deploymentBlockers(deployment, view),
    })),
    blocked_by: waits,
    next_step: nextStep(view, waits),
    actions: possibleActions(plan, { ...view, deployments: records }),
  };
}

function describeRing(view: RolloutView, name: string, index: number): Rollout['rings'][number] {
  const parts = view.deployments.filter(({ ring }) => ring === index);
  const count = (test: (state: Deployment['state']) => boolean) => parts.filter(({ state }) => test(state)).length;
  const isBaking = index === view.ring && view.bake_until !== null;
  return {
    name,
    state: ringState(view, index),
    total: parts.length,
    verified: count((state) => state === 'verified'),
    failed: count(isFailure),
    in_flight: count((state) => isInFlight(state) || state === 'rolling_back'),
    waiting: count((state) => state === 'queued' || state === 'skipped'),
    rolled_back: count((state) => state === 'rolled_back'),
    bake_until: isBaking ? view.bake_until : null,
    proves: `No failure among ${parts.length} rules out a failure rate above ${ruledOutFailureRate(parts.length)} % (95 % confidence).`,
  };
}

/** Nothing in a rollout that is paused or has ended is still at work, and its rings say so. */
function ringState({ state, ring, bake_until }: RolloutView, index: number): Rollout['rings'][number]['state'] {
  if (index > ring) return state === 'running' || state === 'paused' ? 'waiting' : 'not_reached';
  if (state === 'rolling_back' || state === 'rolled_back') return state;
  if (index < ring || state === 'succeeded') return 'passed';
  if (state === 'paused') return 'paused';
  if (state === 'running') return bake_until === null ? 'running' : 'baking';
  return 'stopped';
}

function gateName(gate: Gate): string {
  return gate.kind === 'systemd' ? `${gate.unit} is active` : `${gate.url} answers ${gate.expect_status}`;
}

/** A machine measures its gates together, so each shares the verdict; what it measured of each stands in the detail. */
function describeGate(gate: Gate, deployments: readonly Deployment[]): Rollout['gates'][number] {
  const name = gateName(gate);
  const said = (outcome: 'failed' | 'inconclusive') => {
    const found = deployments.find(({ probe }) => probe?.outcome === outcome);
    return found && `${found.hostname}: ${found.probe?.detail}`;
  };
  const [failed, unsure] = [said('failed'), said('inconclusive')];
  if (failed) return { name, verdict: 'fail', detail: failed };
  if (unsure) return { name, verdict: 'inconclusive', detail: unsure };
  const passed = deployments.filter(({ probe }) => probe?.outcome === 'succeeded').length;
  if (passed === 0) return { name, verdict: 'no_data', detail: 'No machine has been probed yet.' };
  return { name, verdict: 'pass', detail: `Passed on ${passed} of ${plural(deployments.length, 'machine')}.` };
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function sentence(view: RolloutView, plan: RolloutPlan): string {
  const all = plural(view.deployments.length, 'machine');
  const count = (test: (state: Deployment['state']) => boolean) =>
    view.deployments.filter(({ state }) => test(state)).length;
  const verified = count((state) => state === 'verified');
  const failed = count(isFailure);
  const tail = failed > 0 ? ` · ${failed} failed` : '';
  const ring = `Ring ${view.ring + 1} of ${plan.rings.length} (${plan.rings[view.ring]?.name ?? ''})`;
  switch (view.state) {
    case 'running':
      return `${ring} · ${verified} of ${all} verified${tail}${view.bake_until ? ` · bakes until ${view.bake_until}` : ''}.`;
    case 'paused':
      return `Paused in ring ${view.ring + 1} · ${verified} of ${all} verified${tail}. ${view.reason ?? ''}`;
    case 'rolling_back':
      return `Rolling back · ${count((state) => state === 'rolled_back')} of ${all} back. ${view.reason ?? ''}`;
    case 'succeeded':
      return `Done · ${verified} of ${all} verified.`;
    case 'failed':
      return `Ended with failures · ${verified} of ${all} verified${tail}. ${view.reason ?? ''}`;
    case 'stopped':
      return `Stopped · ${verified} of ${all} verified${tail}. ${view.reason ?? ''}`;
    case 'rolled_back':
      return `Rolled back · ${count((state) => state === 'rolled_back')} of ${all} at the versions from before. ${view.reason ?? ''}`;
  }
}

function blockers(view: RolloutView, plan: RolloutPlan, now: Date): Rollout['blocked_by'] {
  if (view.state === 'paused') return [{ kind: 'paused', text: view.reason ?? 'Paused.', owner: null, until: null }];
  if (view.state !== 'running') return [];
  if (view.bake_until !== null)
    return [
      { kind: 'gate', text: `Ring ${plan.rings[view.ring]?.name ?? ''} bakes.`, owner: null, until: view.bake_until },
    ];
  const instant = now.toISOString();
  const isOpen = plan.windows.some(({ from, until }) => from <= instant && instant < until);
  const next = plan.windows
    .map(({ from }) => from)
    .filter((from) => from > instant)
    .sort()[0];
  const isWaiting = view.deployments.some(({ state, ring }) => state === 'queued' && ring === view.ring);
  if (isOpen || !isWaiting) return [];
  return [
    {
      kind: 'window',
      text: next ? 'Outside the maintenance window.' : 'The last approved window has passed.',
      owner: null,
      until: next ?? null,
    },
  ];
}

function deploymentBlockers(deployment: Deployment, view: RolloutView): Rollout['blocked_by'] {
  const heard = `last heard of ${deployment.last_check_in_at ?? 'never'}`;
  switch (deployment.state) {
    case 'queued':
      return view.state === 'running'
        ? [{ kind: 'gate', text: 'Waits for its ring, or for a free place in it.', owner: null, until: null }]
        : [];
    case 'installing':
    case 'rebooting':
    case 'probing':
    case 'rolling_back':
      return [
        { kind: 'agent', text: `Waits for the machine's result; ${heard}.`, owner: deployment.hostname, until: null },
      ];
    case 'observing':
      return [
        {
          kind: deployment.detail.includes('reboot') ? 'reboot' : 'agent',
          text: `${deployment.detail} ${heard}.`,
          owner: deployment.hostname,
          until: null,
        },
      ];
    default:
      return [];
  }
}

function nextStep(view: RolloutView, waits: Rollout['blocked_by']): string {
  switch (view.state) {
    case 'running':
      return waits[0] ? `Goes on by itself at ${waits[0].until ?? 'the next window'}.` : 'Nothing for you to do.';
    case 'paused':
      return view.deployments.some(({ state }) => isFailure(state))
        ? 'Look at the failed machines, then resume, retry, roll back or stop.'
        : 'Resume it, or stop it for good.';
    case 'rolling_back':
      return 'Waits until every machine is back.';
    default:
      return 'Nothing: this rollout has ended.';
  }
}
