import { createHash } from 'node:crypto';
import type { Output } from '@fleetmend/api/client.ts';
import { canonicalJson } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument } from '@fleetmend/domain/changes/change-document.ts';
import type { Rollout } from './watch-rollout.ts';

export const NOW = new Date('2026-11-23T12:00:00Z');
const COUNTS = { patched: 1, missing: 2, waiting: 0, failed: 0, unknown: 0, total: 3 };

export function aPatch(change: Partial<Output<'readPatch'>> = {}): Output<'readPatch'> {
  return {
    id: 'P-1',
    rank: 1,
    decision: 'act',
    score: 92,
    why: ['Known exploited', 'On the internet'],
    ecosystem: 'deb',
    source: 'openssl',
    to_version: '3.0.17-1~deb12u3',
    packages: [
      { name: 'libssl3', architecture: 'amd64', from_versions: ['3.0.16-1~deb12u1'], to_version: '3.0.17-1~deb12u3' },
    ],
    origin: 'Debian-Security:12/stable-security',
    is_security: true,
    vulnerabilities: ['CVE-2026-0001'],
    known_exploited: ['CVE-2026-0001'],
    counts: COUNTS,
    asset_state: null,
    blocked_by: [],
    next_step: 'Create a change',
    change: null,
    first_seen_at: '2026-11-23T09:00:00Z',
    due_at: null,
    freshness: [],
    ...change,
  };
}

export function anExplanation(change: Partial<Output<'explainPatch'>> = {}): Output<'explainPatch'> {
  return {
    patch: 'P-1',
    title: 'openssl 3.0.16 → 3.0.17',
    rank: 1,
    of: 12,
    decision: 'act',
    score: 51,
    model: 'model v1',
    model_written_at: null,
    model_written_by: null,
    due: [],
    factors: [
      {
        id: 'kev',
        label: 'Known exploited',
        value: 'KEV',
        points: 35,
        source: 'CISA KEV',
        as_of: '2026-11-23T10:00:00Z',
      },
      {
        id: 'epss',
        label: 'Likely to be exploited',
        value: 'EPSS 0.94',
        points: 18,
        source: 'FIRST',
        as_of: '2026-11-23T03:00:00Z',
      },
      { id: 'restart', label: 'Service not restarted', value: 'no', points: -2, source: 'inventory', as_of: null },
    ],
    ssvc: [{ point: 'exploitation', value: 'active', because: 'KEV' }],
    above: null,
    would_drop_if: null,
    not_known: ['2 hosts have no inventory'],
    model_factors_max: 100,
    moves: [],
    ...change,
  };
}

const OPERATION = {
  ecosystem: 'deb' as const,
  package: 'libssl3',
  architecture: 'amd64',
  from: '3.0.16-1',
  to: '3.0.17-1',
  sha256: 'a'.repeat(64),
  size: 2_000_000,
  origin: 'Debian-Security:12/stable-security',
};

export function aDocument(change: Partial<ChangeDocument> = {}): ChangeDocument {
  return {
    type: 'fleetmend/change/v1',
    organization: 'org_1',
    change: 'CH-1',
    title: 'openssl to 3.0.17',
    reason: 'CVE-2026-0001',
    author: 'person_1',
    created_at: '2026-11-23T11:00:00Z',
    epoch: 1,
    root_version: 1,
    policy: { name: 'standard', sha256: 'b'.repeat(64) },
    quorum: 1,
    windows: [{ from: '2026-11-23T11:00:00Z', until: '2026-11-24T11:00:00Z' }],
    rings: [{ name: 'all', assets: ['host_1'], max_in_flight: 10, bake_seconds: 900 }],
    gates: [{ kind: 'systemd', unit: 'nginx.service' }],
    on_gate_fail: 'pause',
    reboot: 'if-needed',
    accepts_no_rollback: false,
    targets: [
      {
        asset: 'host_1',
        hostname: 'web-01',
        key: 'c'.repeat(64),
        operations: [OPERATION],
        rollback: {
          class: 'downgrade',
          operations: [{ ...OPERATION, from: '3.0.17-1', to: '3.0.16-1' }],
          reason: null,
        },
      },
    ],
    ...change,
  };
}

export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function aChange(
  change: Partial<Output<'readChange'>> = {},
  document: ChangeDocument = aDocument(),
): Output<'readChange'> {
  const canonical = canonicalJson(document as never);
  return {
    id: 'CH-1',
    title: 'openssl to 3.0.17',
    reason: '',
    state: 'in_review',
    author: { id: 'person_1', name: 'Ada' },
    policy: 'standard',
    patches: [{ id: 'P-1', title: 'openssl' }],
    created_at: '2026-11-23T11:00:00Z',
    document,
    digest: digestOfText(canonical),
    canonical,
    approvals: [],
    approvals_needed: 1,
    can_approve: [{ id: 'person_2', name: 'Grace' }],
    expires_at: '2026-11-24T11:00:00Z',
    rollout: null,
    blocked_by: [
      { kind: 'approval', text: '1 of 1 signatures is missing', owner: 'Grace', until: '2026-11-24T11:00:00Z' },
    ],
    next_step: 'Grace approves',
    rejected: null,
    ...change,
  };
}

export function aRollout(change: Partial<Rollout> = {}): Rollout {
  return {
    id: 'RO-1',
    change: 'CH-1',
    title: 'openssl to 3.0.17',
    state: 'running',
    reason: null,
    sentence: '0 of 1 verified',
    started_at: '2026-11-23T12:00:00Z',
    finished_at: null,
    ring: 0,
    rings: [
      {
        name: 'all',
        state: 'running',
        total: 1,
        verified: 0,
        failed: 0,
        in_flight: 1,
        waiting: 0,
        rolled_back: 0,
        bake_until: null,
        proves: 'nothing yet',
      },
    ],
    gates: [{ name: 'nginx.service', verdict: 'no_data', detail: 'not asked yet' }],
    deployments: [
      {
        asset: 'host_1',
        hostname: 'web-01',
        ring: 'all',
        state: 'installing',
        attempt: 1,
        detail: 'unpacking',
        code: null,
        updated_at: '2026-11-23T12:00:00Z',
        blocked_by: [],
      },
    ],
    blocked_by: [],
    next_step: 'Wait',
    actions: ['pause', 'stop'],
    ...change,
  };
}

export function aSession(): Output<'readSession'> {
  return {
    person: { id: 'person_2', name: 'Grace', roles: ['approver'], created_at: '2026-11-20T00:00:00Z', keys: [] },
    permissions: ['changes:approve'],
    organization: { id: 'org_1', name: 'Ours' },
    rp_id: 'localhost',
    server_time: '2026-11-23T12:00:00Z',
    expires_at: null,
  };
}
