import type { PersonRole } from './trust-root.ts';

const READS = [
  'self',
  'assets:read',
  'patches:read',
  'policies:read',
  'changes:read',
  'rollouts:read',
  'feeds:read',
  'kpis:read',
  'access:read',
  'notifications:read',
] as const;

/**
 * What each role may do; a person with several may do all of each. An admin sets things up but approves nothing: who
 * approves must have been named an approver, and machines ask for their key beside.
 */
export const ROLE_PERMISSIONS = {
  viewer: READS,
  auditor: [...READS, 'audit:read'],
  operator: [...READS, 'assets:write', 'policies:write', 'changes:write', 'rollouts:operate'],
  approver: [...READS, 'changes:approve'],
  admin: [
    ...READS,
    'audit:read',
    'assets:write',
    'policies:write',
    'ranking:write',
    'changes:write',
    'rollouts:operate',
    'feeds:write',
    'notifications:write',
    'access:write',
  ],
} as const satisfies Record<PersonRole, readonly string[]>;

export type RolePermission = (typeof ROLE_PERMISSIONS)[PersonRole][number];

/** All that a person of these roles may do. */
export function permissionsOf(roles: readonly PersonRole[]): ReadonlySet<RolePermission> {
  return new Set(roles.flatMap((role) => [...ROLE_PERMISSIONS[role]]));
}
