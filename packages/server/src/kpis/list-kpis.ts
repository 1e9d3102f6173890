import type { Output } from '@fleetmend/api/client.ts';
import { assetCompliance, complianceRate } from '@fleetmend/domain/kpis/compliance-rate.ts';
import { deploymentOutcome, patchSuccessRate } from '@fleetmend/domain/kpis/patch-success-rate.ts';
import { secondsBetween, timeToPatch } from '@fleetmend/domain/kpis/time-to-patch.ts';
import type { Ctx } from '../platform/context.ts';
import { listComplianceFacts, listDeploymentFacts, listEffectivePatches } from './kpi.queries.ts';

type Kpi = Output<'listKpis'>['data'][number];

/** A person looks at these; whoever wants all of them asks the API of the stage itself. */
const SHOWN_ROWS = 1000;

/** Every figure with its formula and the rows that it was counted from, computed from the facts as they stand. */
export async function listKpis(ctx: Ctx): Promise<Kpi[]> {
  return Promise.all([readSuccessRate(ctx), readTimeToPatch(ctx), readComplianceRate(ctx)]);
}

async function readSuccessRate(ctx: Ctx): Promise<Kpi> {
  const facts = await listDeploymentFacts(ctx.db);
  const counted = facts.map((fact) => ({ fact, outcome: deploymentOutcome(fact.state, fact.was_handed_out) }));
  const { value, verified, attempted, apart } = patchSuccessRate(counted.map(({ outcome }) => outcome));
  return {
    id: 'patch_success_rate',
    title: 'Patch success rate',
    definition:
      'Verified ÷ (verified + failed + timed out + rolled back), over every machine’s part of every rollout that was attempted. Installed but not ' +
      `verified is no success. Not in it: ${apart.open} under way, ${apart.offline} offline, ${apart.not_attempted} not attempted.`,
    unit: 'percent',
    value,
    numerator: attempted === 0 ? null : verified,
    denominator: attempted === 0 ? null : attempted,
    median: null,
    p90: null,
    rows: counted.slice(0, SHOWN_ROWS).map(({ fact, outcome }) => ({
      subject: `${fact.hostname} in ${fact.rollout}`,
      counted: outcome.replace('_', ' '),
      value: null,
      at: fact.since,
    })),
    as_of: ctx.now.toISOString(),
  };
}

async function readTimeToPatch(ctx: Ctx): Promise<Kpi> {
  const counted = (await listEffectivePatches(ctx.db)).map((patch) => ({
    patch,
    seconds: secondsBetween(patch.available_at, patch.effective_at),
  }));
  const { mean, median, p90, count } = timeToPatch(counted.map(({ seconds }) => seconds));
  return {
    id: 'time_to_patch',
    title: 'Time to patch',
    definition:
      'From when a machine was first offered a patch to when a report showed it in effect: mean, median and 90th percentile, over each patch on each ' +
      'machine, whether a rollout shipped it or a security fix came by another way. Patches that are still open are not in it; the compliance rate shows them.',
    unit: 'seconds',
    value: mean,
    numerator: null,
    denominator: count === 0 ? null : count,
    median,
    p90,
    rows: counted.slice(0, SHOWN_ROWS).map(({ patch, seconds }) => ({
      subject: `${patch.patch} on ${patch.hostname}`,
      counted: 'in effect',
      value: seconds,
      at: patch.effective_at,
    })),
    as_of: ctx.now.toISOString(),
  };
}

async function readComplianceRate(ctx: Ctx): Promise<Kpi> {
  const now = ctx.now.toISOString();
  const counted = (await listComplianceFacts(ctx.db)).map((fact) => ({ fact, compliance: assetCompliance(fact, now) }));
  const { value, compliant, reporting, unknown, unknown_share } = complianceRate(
    counted.map(({ compliance }) => compliance),
  );
  const apart =
    unknown_share === null
      ? ''
      : ` Unknown and in neither: ${unknown} of ${counted.length} ${counted.length === 1 ? 'machine' : 'machines'} (${unknown_share} %).`;
  return {
    id: 'compliance_rate',
    title: 'Compliance rate',
    definition:
      'Machines without an open security patch ÷ machines with a report younger than 24 hours. A patch is open until a report shows it in effect; that ' +
      `nothing is open counts only with package lists younger than 24 hours.${apart}`,
    unit: 'percent',
    value,
    numerator: reporting === 0 ? null : compliant,
    denominator: reporting === 0 ? null : reporting,
    median: null,
    p90: null,
    rows: counted.slice(0, SHOWN_ROWS).map(({ fact, compliance }) => ({
      subject: fact.hostname,
      counted: compliance === 'not_compliant' ? `not compliant: ${fact.open_security_patches} open` : compliance,
      value: null,
      at: fact.reported_at,
    })),
    as_of: now,
  };
}
