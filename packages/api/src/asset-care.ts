import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { LIVENESS } from '@fleetmend/domain/inventory/liveness.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, nothing, page, pageQuery } from './endpoint.ts';
import { hostText, labels, worth } from './inventory.ts';

const twin = z.object({
  id: z.string(),
  hostname: z.string(),
  machine_id: z.string(),
  os: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  owner: z.string().nullable(),
  enrolled_at: instant,
  last_check_in_at: instant.nullable(),
  liveness: z.enum(LIVENESS),
});

const evidence = z.array(
  z.object({ kind: z.enum(['machine_id', 'mac_address', 'hostname', 'short_name']), detail: z.string() }),
);

const duplicate = z.object({
  older: twin,
  newer: twin,
  evidence,
  /** What it most likely means, and the same as a sentence. */
  reading: z.enum(['two_ways', 're_enrolled', 're_imaged', 'cloned', 'same_name']),
  sentence: z.string(),
  /** Null when both report: then they are two machines, and none of them can take the other's place. */
  merge: z.object({ kept: z.string(), retired: z.string() }).nullable(),
});

const pairDecision = z.object({
  id: z.string(),
  kind: z.enum(['merged', 'kept_apart']),
  kept: z.object({ id: z.string(), hostname: z.string() }),
  other: z.object({ id: z.string(), hostname: z.string() }),
  evidence,
  decided_by: z.string(),
  decided_at: instant,
  undone_by: z.string().nullable(),
  undone_at: instant.nullable(),
  /** Until when it can be taken back; null when it was, or can be at any time. */
  undo_until: instant.nullable(),
});

const edit = {
  labels: labels.optional(),
  labels_removed: z.array(z.string().max(63)).max(100).optional(),
  ...worth,
};

const facet = z.object({ key: z.string(), values: z.array(z.object({ value: z.string(), count: z.int() })) });

const savedView = z.object({
  name: z.string(),
  search: z.object({
    filter: z.string().optional(),
    state: z.enum(PATCH_STATES).optional(),
    liveness: z.enum(LIVENESS).optional(),
  }),
});

/** What people do about machines as a whole: many at once, those that stand here twice, and those that do not yet. */
export const assetCareEndpoints = {
  editAssets: {
    method: 'POST',
    path: '/api/v1/assets/edits',
    summary: 'Set labels, owner and worth of many machines at once',
    permission: 'assets:write',
    body: z.strictObject({
      /** Which machines: a selector, or their ids. */
      filter: z.string().max(1000).optional(),
      ids: z.array(z.string().max(100)).min(1).max(10_000).optional(),
      set: z.strictObject(edit),
      /** Counts only. */
      is_dry_run: z.boolean().default(false),
      /** How many machines its sender has seen match; another number is refused and nothing is changed. */
      expected: z.int().min(0).optional(),
    }),
    response: z.object({ matched: z.int(), changed: z.int(), sample: z.array(z.string()) }),
    problems: ['invalid', 'precondition-failed'],
  },
  importAssets: {
    method: 'POST',
    path: '/api/v1/assets/imports',
    summary: 'Take labels, owners and worth from a list of machines: CSV, or an Ansible inventory',
    permission: 'assets:write',
    body: z.strictObject({
      format: z.enum(['csv', 'ansible_ini', 'ansible_yaml']),
      name: hostText(200),
      text: z.string().max(8_000_000),
      is_dry_run: z.boolean().default(false),
    }),
    response: z.object({
      read: z.int(),
      matched: z.int(),
      changed: z.int(),
      /** Machines of the list that are not enrolled. */
      discovered: z.int(),
      /** Names that are two assets' here: none of them was changed. */
      ambiguous: z.array(z.string()),
    }),
    problems: ['invalid'],
  },
  listDiscovered: {
    method: 'GET',
    path: '/api/v1/discovered-machines',
    summary: 'Machines that a list names and that are not enrolled',
    permission: 'assets:read',
    query: pageQuery,
    response: page(
      z.object({
        hostname: z.string(),
        labels: z.record(z.string(), z.string()),
        owner: z.string().nullable(),
        source: z.string(),
        first_seen_at: instant,
        last_seen_at: instant,
      }),
    ),
  },
  forgetDiscovered: {
    method: 'DELETE',
    path: '/api/v1/discovered-machines/:id',
    summary: 'Forget a machine that is not enrolled, by its name',
    permission: 'assets:write',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found'],
  },
  listAssetFacets: {
    method: 'GET',
    path: '/api/v1/assets/facets',
    summary: 'How many of the machines that match have which label, system, owner and worth',
    permission: 'assets:read',
    query: z.object({ filter: z.string().max(1000).optional() }),
    response: z.object({ total: z.int(), facets: z.array(facet) }),
    problems: ['invalid'],
  },
  listSavedViews: {
    method: 'GET',
    path: '/api/v1/saved-views',
    summary: 'The selections of machines you have saved',
    permission: 'assets:read',
    response: z.object({ data: z.array(savedView) }),
  },
  saveView: {
    method: 'PUT',
    path: '/api/v1/saved-views/:id',
    summary: 'Save a selection of machines under a name of yours',
    permission: 'assets:read',
    params: idParam,
    body: savedView.shape.search.strict(),
    response: savedView,
    problems: ['invalid'],
  },
  deleteView: {
    method: 'DELETE',
    path: '/api/v1/saved-views/:id',
    summary: 'Delete a selection you have saved',
    permission: 'assets:read',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found'],
  },
  listDuplicates: {
    method: 'GET',
    path: '/api/v1/duplicates',
    summary: 'Records that may be one machine, with the evidence; what was decided is left out',
    permission: 'assets:read',
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    response: z.object({ total: z.int(), data: z.array(duplicate) }),
  },
  decidePair: {
    method: 'POST',
    path: '/api/v1/pair-decisions',
    summary: 'Merge two records of one machine, or keep two machines apart; both are remembered',
    permission: 'assets:write',
    body: z.strictObject({
      kind: z.enum(['merged', 'kept_apart']),
      /** For a merge: the record that stays. */
      kept: z.string().max(100),
      other: z.string().max(100),
    }),
    response: pairDecision,
    status: 201,
    problems: ['not-found', 'state-conflict'],
  },
  listPairDecisions: {
    method: 'GET',
    path: '/api/v1/pair-decisions',
    summary: 'What was decided about pairs of records, newest first',
    permission: 'assets:read',
    query: pageQuery,
    response: page(pairDecision),
  },
  undoPairDecision: {
    method: 'POST',
    path: '/api/v1/pair-decisions/:id/undo',
    summary: 'Take a decision about a pair back; a merge within 30 days',
    permission: 'assets:write',
    params: idParam,
    response: pairDecision,
    problems: ['not-found', 'state-conflict'],
  },
  compareSoftware: {
    method: 'GET',
    path: '/api/v1/assets/:id/software/comparison',
    summary: 'What was installed, removed and changed on a machine between two times',
    permission: 'assets:read',
    params: idParam,
    query: z.object({ from: instant, until: instant.optional() }),
    response: z.object({
      /** When the inventories that are compared were true; null where nothing is known of that time. */
      from: instant.nullable(),
      until: instant.nullable(),
      data: z.array(
        z.object({
          ecosystem: z.string(),
          name: z.string(),
          architecture: z.string(),
          before: z.array(z.string()),
          after: z.array(z.string()),
        }),
      ),
    }),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
