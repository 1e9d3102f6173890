/** One asset's part of a rollout. `verified` is the only success; `installed` is not effective until a later report proves it. */
export const DEPLOYMENT_STATES = [
  'queued',
  'installing',
  'installed',
  'rebooting',
  'observing',
  'probing',
  'verified',
  'failed',
  'refused',
  'unreachable',
  'rolling_back',
  'rolled_back',
  'rollback_failed',
  'skipped',
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

export const DEPLOYMENT_EVENTS = [
  'install_ordered',
  'install_succeeded',
  'reboot_ordered',
  'rebooted',
  'observe',
  'effective',
  'probe_passed',
  'probe_failed',
  'fail',
  'refuse',
  'time_out',
  'roll_back_ordered',
  'rolled_back',
  'roll_back_failed',
  'retry',
  'skip',
] as const;
export type DeploymentEvent = (typeof DEPLOYMENT_EVENTS)[number];

/** The only moves a deployment can make. */
export const DEPLOYMENT_TRANSITIONS = {
  queued: { install_ordered: 'installing', skip: 'skipped' },
  installing: {
    install_succeeded: 'installed',
    fail: 'failed',
    refuse: 'refused',
    time_out: 'unreachable',
    skip: 'skipped',
  },
  installed: { reboot_ordered: 'rebooting', observe: 'observing', roll_back_ordered: 'rolling_back' },
  rebooting: {
    rebooted: 'observing',
    fail: 'failed',
    refuse: 'refused',
    time_out: 'unreachable',
    roll_back_ordered: 'rolling_back',
  },
  observing: {
    effective: 'probing',
    reboot_ordered: 'rebooting',
    time_out: 'failed',
    fail: 'failed',
    roll_back_ordered: 'rolling_back',
  },
  probing: {
    probe_passed: 'verified',
    probe_failed: 'failed',
    refuse: 'refused',
    time_out: 'unreachable',
    roll_back_ordered: 'rolling_back',
  },
  verified: { roll_back_ordered: 'rolling_back' },
  failed: { retry: 'queued', roll_back_ordered: 'rolling_back' },
  refused: { retry: 'queued', roll_back_ordered: 'rolling_back' },
  // A machine that was given up comes back: what it then reports still counts.
  unreachable: {
    retry: 'queued',
    install_succeeded: 'installed',
    fail: 'failed',
    refuse: 'refused',
    roll_back_ordered: 'rolling_back',
  },
  // Believed withdrawn, and yet begun: what then happened still counts.
  // Skipped at its second try, it has kept what the first one installed.
  skipped: { install_succeeded: 'installed', fail: 'failed', roll_back_ordered: 'rolling_back' },
  rolling_back: { rolled_back: 'rolled_back', roll_back_failed: 'rollback_failed', time_out: 'rollback_failed' },
  rollback_failed: { roll_back_ordered: 'rolling_back', rolled_back: 'rolled_back' },
} as const satisfies Partial<Record<DeploymentState, Partial<Record<DeploymentEvent, DeploymentState>>>>;

/** The state after an event, or null where the event is not possible. */
export function nextDeploymentState(state: DeploymentState, event: DeploymentEvent): DeploymentState | null {
  const moves: Partial<Record<DeploymentState, Partial<Record<DeploymentEvent, DeploymentState>>>> =
    DEPLOYMENT_TRANSITIONS;
  return moves[state]?.[event] ?? null;
}
