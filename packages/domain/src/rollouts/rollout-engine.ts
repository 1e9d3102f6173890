export const ROLLOUT_STATES = [
  'running', 'paused', 'rolling_back', 'succeeded', 'failed', 'stopped', 'rolled_back',
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];
