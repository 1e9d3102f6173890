/**
 * The stages of the product in the order in which work flows through them. Imports point upstream (to the left);
 * work flows downstream (to the right) as a job or an event. `architecture.test.ts` holds every import against it.
 */
export const FLOW = [
  'feeds',
  'advisories',
  'inventory',
  'findings',
  'policies',
  'patches',
  'changes',
  'rollouts',
  'deployments',
  'kpis',
] as const;

/** Importable by every stage, importing none. */
export const BESIDE = ['platform', 'access', 'audit', 'versions'] as const;

/** At the edge: they subscribe to events and nothing imports them. */
export const EDGE = ['notifications', 'integrations'] as const;
