import { CRITICALITIES, EXPOSURES, PATCH_STATES, SENSITIVITIES } from '@fleetmend/domain/inventory/asset.ts';
import { ENROLMENT_STEPS } from '@fleetmend/domain/inventory/enrolment-progress.ts';
import { LIVENESS } from '@fleetmend/domain/inventory/liveness.ts';
import { ECOSYSTEMS } from '@fleetmend/domain/versions/ecosystems.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, nothing, page, pageQuery } from './endpoint.ts';

/** Text from a machine: printable, on one line. Control characters, tabs and newlines never get in. */
export const hostText = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/);

/** What any manager may call a package or a version: printable ASCII without a blank, and never to be taken for an option. */
const WORD = /^[!-,.-~][!-~]*$/;
export const packageName = z.string().max(300).regex(WORD);
export const packageVersion = z.string().max(200).regex(WORD);
export const architecture = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9_-]*$/);
export const ecosystem = z.enum(ECOSYSTEMS);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const software = z.strictObject({
  ecosystem,
  name: packageName,
  version: packageVersion,
  architecture,
  source: packageName,
  source_version: packageVersion,
  module: packageName.nullable(),
});

export const availableUpdate = z.strictObject({
  ecosystem,
  name: packageName,
  architecture,
  installed_version: packageVersion,
  candidate_version: packageVersion,
  source: packageName,
  source_installed_version: packageVersion,
  source_candidate_version: packageVersion,
  origin: hostText(300),
  suite: hostText(200),
  is_security: z.boolean(),
  is_held: z.boolean(),
  size: z.int().min(0).nullable(),
  sha256: sha256.nullable(),
  fix_version: packageVersion.nullable(),
  advisories: z.array(hostText(200)).max(2000),
  severity: hostText(60).nullable(),
  changelog_cves: z
    .array(z.string().regex(/^CVE-\d{4}-\d{4,19}$/))
    .max(2000)
    .nullable(),
});

export const assetFacts = z.strictObject({
  hostname: hostText(253).min(1),
  machine_id: hostText(100),
  mac_addresses: z.array(z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)).max(32),
  boot_id: hostText(100),
  os: z.strictObject({ id: hostText(60), version_id: hostText(60), codename: hostText(60), name: hostText(200) }),
  architecture: hostText(40),
  kernel_running: hostText(200),
  kernel_installed: hostText(200).nullable(),
  reboot_required: z.boolean(),
  reboot_reasons: z.array(hostText(300)).max(200),
  stale_services: z
    .array(
      z.strictObject({ unit: hostText(300), pids: z.array(z.int()).max(1000), files: z.array(hostText(500)).max(100) }),
    )
    .max(2000),
  lists_refreshed_at: instant.nullable(),
  lists_error: hostText(2000).nullable(),
  /** Null for a machine that is read over SSH. */
  agent: z
    .strictObject({
      version: hostText(60),
      mode: z.enum(['observe', 'apply']),
      root_version: z.int().nullable(),
      root_digest: sha256.nullable(),
    })
    .nullable(),
});

export const blocker = z.object({
  kind: z.enum([
    'approval',
    'window',
    'gate',
    'hold',
    'plan',
    'agent',
    'trust',
    'reboot',
    'restart',
    'paused',
    'rollback',
  ]),
  text: z.string(),
  owner: z.string().nullable(),
  until: instant.nullable(),
});

export const stateCounts = z.object({
  patched: z.int(),
  missing: z.int(),
  waiting: z.int(),
  failed: z.int(),
  unknown: z.int(),
  total: z.int(),
});

export const labels = z.record(z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/), hostText(100));

/** What people say of a machine beside its labels; a field that is not sent stays as it is. */
export const worth = {
  owner: hostText(200).nullable().optional(),
  service_group: hostText(100).nullable().optional(),
  criticality: z.enum(CRITICALITIES).nullable().optional(),
  data_sensitivity: z.enum(SENSITIVITIES).nullable().optional(),
  exposure: z.enum(EXPOSURES).nullable().optional(),
};

export const asset = z.object({
  id: z.string(),
  hostname: z.string(),
  /** `agent`: it signs what it says and judges orders itself. `ssh`: we read it, on the word of the connection; nothing can be deployed to it. */
  reached_by: z.enum(['agent', 'ssh']),
  /** SHA-256 of its agent's key; null without an agent. */
  key: z.string().nullable(),
  facts: assetFacts.nullable(),
  /** Until when its system gets security fixes; null where that is not known. */
  support: z
    .object({
      product: z.string(),
      cycle: z.string(),
      state: z.enum(['supported', 'extended', 'ended']),
      /** The last day for everybody, and for those who pay or go on by others. */
      ends_on: z.string().nullable(),
      extended_until: z.string().nullable(),
    })
    .nullable(),
  labels: z.record(z.string(), z.string()),
  owner: z.string().nullable(),
  /** Machines that serve one thing together: never all of them are down at once. */
  service_group: z.string().nullable(),
  criticality: z.enum(CRITICALITIES).nullable(),
  data_sensitivity: z.enum(SENSITIVITIES).nullable(),
  exposure: z.enum(EXPOSURES).nullable(),
  enrolled_at: instant,
  last_check_in_at: instant.nullable(),
  /** Whether its last word still counts. */
  liveness: z.enum(LIVENESS),
  /** When the packages below were last confirmed, and their digest. */
  inventory_at: instant.nullable(),
  inventory_digest: z.string().nullable(),
  package_count: z.int().nullable(),
  /** The worst relation to any patch: unknown before failed before waiting before missing before patched. */
  state: z.enum(PATCH_STATES),
  missing: z.object({ act: z.int(), attend: z.int(), track_star: z.int(), track: z.int() }),
  blocked_by: z.array(blocker),
  next_step: z.string(),
  version: z.int(),
});

/** One whose machine id another machine uses that reports waits whatever stands here. */
const enrolmentRule = z.object({ needs_approval: z.boolean() });

export const inventoryEndpoints = {
  listAssets: {
    method: 'GET',
    path: '/api/v1/assets',
    summary: 'Machines, with their state and why they wait',
    permission: 'assets:read',
    query: pageQuery.extend({
      /** The selector grammar of policies: `env = prod and role in (web, db)`. */
      filter: z.string().max(1000).optional(),
      state: z.enum(PATCH_STATES).optional(),
      liveness: z.enum(LIVENESS).optional(),
    }),
    response: page(asset),
    problems: ['invalid'],
  },
  readAsset: {
    method: 'GET',
    path: '/api/v1/assets/:id',
    summary: 'One machine, by id or host name',
    permission: 'assets:read',
    params: idParam,
    response: asset,
    problems: ['not-found'],
  },
  updateAsset: {
    method: 'PATCH',
    path: '/api/v1/assets/:id',
    summary: 'Set labels, owner and worth of a machine',
    permission: 'assets:write',
    if_match: 'required',
    params: idParam,
    body: z.strictObject({ labels: labels.optional(), ...worth }),
    response: asset,
    problems: ['not-found', 'precondition-failed'],
  },
  listAssetSoftware: {
    method: 'GET',
    path: '/api/v1/assets/:id/software',
    summary: 'What is installed on a machine, now or at a time in the past',
    permission: 'assets:read',
    params: idParam,
    query: pageQuery.extend({ at: instant.optional(), search: z.string().max(100).optional() }),
    response: page(software.extend({ candidate_version: z.string().nullable() })),
    problems: ['not-found'],
  },
  listAssetTimeline: {
    method: 'GET',
    path: '/api/v1/assets/:id/timeline',
    summary: 'What happened on a machine: reports, orders, reboots, label changes; newest first',
    permission: 'assets:read',
    params: idParam,
    query: pageQuery,
    response: page(z.object({ at: instant, kind: z.string(), text: z.string(), change: z.string().nullable() })),
    problems: ['not-found'],
  },
  createEnrolmentCode: {
    method: 'POST',
    path: '/api/v1/enrolment-codes',
    summary: 'A code that enrols one machine, once, within the hour',
    permission: 'assets:write',
    body: z.strictObject({
      labels: labels.default({}),
      owner: hostText(200).optional(),
      /** Id or host name of the asset that the machine is: it gets a new key and keeps its history. */
      asset: z.string().max(253).optional(),
    }),
    response: z.object({ id: z.string(), code: z.string(), expires_at: instant, command: z.string() }),
    status: 201,
    problems: ['not-found'],
  },
  readEnrolment: {
    method: 'GET',
    path: '/api/v1/enrolment-codes/:id',
    summary: 'How far an enrolment has come, and what to look at where it hangs',
    permission: 'assets:read',
    params: idParam,
    response: z.object({
      expires_at: instant,
      /** The machine that used the code. */
      asset: z.object({ id: z.string(), hostname: z.string() }).nullable(),
      steps: z.array(
        z.object({
          step: z.enum(ENROLMENT_STEPS),
          state: z.enum(['done', 'waiting', 'late', 'stopped']),
          at: instant.nullable(),
        }),
      ),
      diagnosis: z.array(z.string()),
    }),
    problems: ['not-found'],
  },
  approveAsset: {
    method: 'POST',
    path: '/api/v1/assets/:id/approval',
    summary: 'Let a machine in that has enrolled and waits',
    permission: 'assets:write',
    params: idParam,
    response: asset,
    problems: ['not-found', 'state-conflict'],
  },
  rejectAsset: {
    method: 'POST',
    path: '/api/v1/assets/:id/rejection',
    summary: 'Turn a machine away that waits: its key is refused from now on',
    permission: 'assets:write',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found', 'state-conflict'],
  },
  readEnrolmentRule: {
    method: 'GET',
    path: '/api/v1/enrolment-rule',
    summary: 'Whether machines that enrol wait until a person lets them in',
    permission: 'assets:read',
    response: enrolmentRule,
  },
  putEnrolmentRule: {
    method: 'PUT',
    path: '/api/v1/enrolment-rule',
    summary: 'Let machines that enrol wait for a person, or let them in at once',
    permission: 'access:write',
    body: enrolmentRule.strict(),
    response: enrolmentRule,
  },
  retireAsset: {
    method: 'DELETE',
    path: '/api/v1/assets/:id',
    summary: 'Retire a machine: its key is refused from now on, its history stays',
    permission: 'assets:write',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
