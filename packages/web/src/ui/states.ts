import type { Output } from '@fleetmend/api/client.ts';
import type { ChangeState } from '@fleetmend/domain/changes/change-machine.ts';
import { FINDING_WORDS } from '@fleetmend/domain/findings/finding-words.ts';
import type { SshState } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import type { PatchState } from '@fleetmend/domain/inventory/asset.ts';
import type { DeploymentState } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import type { RolloutState } from '@fleetmend/domain/rollouts/rollout-model.ts';

/** A look: one fill and one icon. Several states share a look; the word tells them apart. */
export const LOOKS = [
  'done',
  'running',
  'waiting',
  'ended',
  'missing',
  'paused',
  'partial',
  'failed',
  'rolled-back',
  'unknown',
] as const;
export type Look = (typeof LOOKS)[number];

export interface StateLook {
  look: Look;
  word: string;
}

const look = (name: Look, word: string): StateLook => ({ look: name, word });

export const PATCH_STATE_LOOKS: Record<PatchState, StateLook> = {
  patched: look('done', 'Patched'),
  missing: look('missing', 'Missing'),
  waiting: look('waiting', 'Waiting'),
  failed: look('failed', 'Failed'),
  unknown: look('unknown', 'Unknown'),
};

export const CHANGE_STATE_LOOKS: Record<ChangeState, StateLook> = {
  planning: look('running', 'Planning'),
  in_review: look('waiting', 'In review'),
  approved: look('done', 'Approved'),
  running: look('running', 'Running'),
  done: look('done', 'Done'),
  done_with_failures: look('failed', 'Done with failures'),
  rolled_back: look('rolled-back', 'Rolled back'),
  unplannable: look('failed', 'No plan possible'),
  rejected: look('failed', 'Rejected'),
  cancelled: look('ended', 'Cancelled'),
  expired: look('ended', 'Expired'),
};

export const ROLLOUT_STATE_LOOKS: Record<RolloutState, StateLook> = {
  running: look('running', 'Running'),
  paused: look('paused', 'Paused'),
  rolling_back: look('running', 'Rolling back'),
  succeeded: look('done', 'Succeeded'),
  failed: look('failed', 'Failed'),
  stopped: look('ended', 'Stopped'),
  rolled_back: look('rolled-back', 'Rolled back'),
};

/** `installed` is not success: only `verified` is. */
export const DEPLOYMENT_STATE_LOOKS: Record<DeploymentState, StateLook> = {
  queued: look('waiting', 'Queued'),
  installing: look('running', 'Installing'),
  installed: look('running', 'Installed, not proven'),
  rebooting: look('running', 'Rebooting'),
  observing: look('running', 'Awaiting report'),
  probing: look('running', 'Checking gates'),
  verified: look('done', 'Verified'),
  failed: look('failed', 'Failed'),
  refused: look('failed', 'Refused'),
  unreachable: look('unknown', 'Unreachable'),
  rolling_back: look('running', 'Rolling back'),
  rolled_back: look('rolled-back', 'Rolled back'),
  rollback_failed: look('failed', 'Roll back failed'),
  skipped: look('ended', 'Skipped'),
};

type Ring = Output<'readRollout'>['rings'][number]['state'];
export const RING_STATE_LOOKS: Record<Ring, StateLook> = {
  waiting: look('waiting', 'Waiting'),
  running: look('running', 'Running'),
  baking: look('running', 'Baking'),
  paused: look('paused', 'Paused'),
  passed: look('done', 'Passed'),
  stopped: look('ended', 'Stopped'),
  rolling_back: look('running', 'Rolling back'),
  rolled_back: look('rolled-back', 'Rolled back'),
  not_reached: look('ended', 'Not reached'),
};

export const SSH_STATE_LOOKS: Record<SshState, StateLook> = {
  contacting: look('running', 'Contacting'),
  unconfirmed: look('waiting', 'Key to compare'),
  key_changed: look('paused', 'Key changed'),
  failing: look('failed', 'Cannot be read'),
  reading: look('done', 'Read'),
};

type Verdict = Output<'readRollout'>['gates'][number]['verdict'];
export const GATE_VERDICT_LOOKS: Record<Verdict, StateLook> = {
  pass: look('done', 'Pass'),
  fail: look('failed', 'Fail'),
  inconclusive: look('partial', 'Inconclusive'),
  no_data: look('unknown', 'No data'),
};

type FeedState = Output<'listFeeds'>['data'][number]['state'];
export const FEED_STATE_LOOKS: Record<FeedState, StateLook> = {
  off: look('ended', 'Not read'),
  never: look('unknown', 'Never loaded'),
  fresh: look('done', 'Fresh'),
  stale: look('partial', 'Stale'),
  failed: look('failed', 'Failed'),
  quarantined: look('paused', 'Quarantined'),
};

type FindingState = Output<'listAdvisoryAssets'>['data'][number]['state'];
export const FINDING_STATE_LOOKS: Record<FindingState, StateLook> = {
  affected: look('missing', FINDING_WORDS.affected),
  unfixed: look('unknown', FINDING_WORDS.unfixed),
  will_not_fix: look('ended', FINDING_WORDS.will_not_fix),
  fix_deferred: look('waiting', FINDING_WORDS.fix_deferred),
  end_of_life: look('ended', FINDING_WORDS.end_of_life),
  under_investigation: look('partial', FINDING_WORDS.under_investigation),
  not_affected: look('done', FINDING_WORDS.not_affected),
  fixed: look('done', FINDING_WORDS.fixed),
};
