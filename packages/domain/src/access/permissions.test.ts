import { describe, expect, test } from 'vitest';
import { permissionsOf, ROLE_PERMISSIONS } from './permissions.ts';
import { PERSON_ROLES } from './trust-root.ts';

/** Written out a second time on purpose: who may do more than read is not to change by a slip. */
const WRITES = {
  viewer: [],
  auditor: ['audit:read'],
  operator: ['assets:write', 'changes:write', 'policies:write', 'rollouts:operate'],
  approver: ['changes:approve'],
  admin: [
    'access:write',
    'assets:write',
    'audit:read',
    'changes:write',
    'feeds:write',
    'notifications:write',
    'policies:write',
    'ranking:write',
    'rollouts:operate',
  ],
} as const;

describe.each(PERSON_ROLES)('%s', (role) => {
  test('reads what everyone reads, and has exactly its own rights beside', () => {
    const beyond = ROLE_PERMISSIONS[role].filter(
      (permission) => !ROLE_PERMISSIONS.viewer.some((read) => read === permission),
    );
    expect([...beyond].sort()).toEqual([...WRITES[role]]);
  });
});

test('viewers change nothing', () => {
  expect(ROLE_PERMISSIONS.viewer.filter((permission) => !/:read$|^self$/.test(permission))).toEqual([]);
});

test('several roles add up, and an admin approves nothing without being an approver', () => {
  expect(permissionsOf(['admin']).has('changes:approve')).toBe(false);
  expect(permissionsOf(['admin', 'approver']).has('changes:approve')).toBe(true);
  expect(permissionsOf([]).size).toBe(0);
});
