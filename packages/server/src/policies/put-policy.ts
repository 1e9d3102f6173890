import { createHash } from 'node:crypto';
import type { PolicySpec } from '@fleetmend/api/policies.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { assignRings } from '@fleetmend/domain/policies/assign-rings.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type AssetView, listAssetViews } from '../inventory/inventory.queries.ts';
import type { Ctx } from '../platform/context.ts';
import { hasPolicies, type Policy, readPolicy } from './policy.queries.ts';
import { insertPolicyVersion, lockPolicy } from './policy.store.ts';
import { readPolicySpec, refusePolicy } from './read-policy-spec.ts';

/** How many machines a refusal names. */
const NAMED_MACHINES = 5;

/** A policy's text, read and held against the machines there are. */
export interface CheckedPolicy {
  yaml: string;
  sha256: string;
  spec: PolicySpec;
  assets: AssetView[];
}

/** @throws Problem `policy-invalid` for a text that cannot be read, or rings that leave a selected machine out. */
export async function checkPolicy(ctx: Ctx, yaml: string): Promise<CheckedPolicy> {
  const spec = readPolicySpec(yaml);
  const assets = await listAssetViews(ctx.db);
  const { unassigned } = assignRings(spec, assets);
  if (unassigned.length > 0) {
    const left = assets.filter(({ id }) => unassigned.includes(id)).map(({ hostname }) => hostname);
    const names = `${left.slice(0, NAMED_MACHINES).join(', ')}${left.length > NAMED_MACHINES ? ', …' : ''}`;
    refusePolicy(
      [
        {
          path: ['rings'],
          text: `no ring matches ${left.length} of the selected machines (${names}); end with a ring without "select"`,
        },
      ],
      yaml,
    );
  }
  return { yaml, sha256: sha256(yaml), spec, assets };
}

/**
 * Keeps a policy's text as its newest version; the very text that stands already makes none.
 * @throws Problem `policy-invalid`
 */
export async function putPolicy(
  ctx: Ctx,
  name: string,
  yaml: string,
): Promise<{ policy: Policy; assets: AssetView[] }> {
  const checked = await checkPolicy(ctx, yaml);
  if (checked.spec.name !== name) {
    refusePolicy(
      [{ path: ['name'], text: `this policy is called "${checked.spec.name}", but the address says "${name}"` }],
      yaml,
    );
  }
  await lockPolicy(ctx.db, name);
  const before = await readPolicy(ctx.db, name);
  if (before?.yaml !== yaml) await keep(ctx, checked, before);
  return { policy: await findPolicy(ctx, name), assets: checked.assets };
}

/** @throws Problem `not-found` */
export async function findPolicy(ctx: Ctx, name: string): Promise<Policy> {
  const policy = await readPolicy(ctx.db, name);
  if (policy === null) throw new Problem('not-found', `There is no policy "${name}".`);
  return policy;
}

const DEFAULT_POLICY = `# Every machine, in one ring, whenever a change is approved by one person.
kind: Policy
name: standard
select: ""              # every machine; for some: env = prod and role in (web, db)
rings:                  # in this order; a machine is in the first ring that matches it
  - name: all
    max_in_flight: 10   # machines at work at the same time
    bake: 15m           # how long a ring is watched before the next begins
window: null            # always open; or: {tz: Europe/Berlin, days: [tue, thu], start: "22:00", duration: 4h}
approvals:
  quorum: 1             # people who must sign a change
gates: []               # what must hold: {kind: systemd, unit: nginx.service}, {kind: http, url: "http://localhost/"}
on_gate_fail: pause     # or: rollback
reboot: if-needed       # or: never
`;

/** Gives a server that has no policy at all the one it begins with. Running it again changes nothing. */
export async function ensureDefaultPolicy(ctx: Ctx): Promise<void> {
  await lockPolicy(ctx.db, 'standard');
  if (await hasPolicies(ctx.db)) return;
  const spec = readPolicySpec(DEFAULT_POLICY);
  await keep(ctx, { yaml: DEFAULT_POLICY, sha256: sha256(DEFAULT_POLICY), spec }, null);
}

async function keep(
  ctx: Ctx,
  { yaml, sha256, spec }: Omit<CheckedPolicy, 'assets'>,
  before: Policy | null,
): Promise<void> {
  const written_by = ctx.actor.kind === 'system' ? null : ctx.actor.label;
  await insertPolicyVersion(ctx.db, { name: spec.name, yaml, sha256, spec, written_by }, ctx.now);
  await recordAudit(ctx, {
    verb: before === null ? 'policy.create' : 'policy.edit',
    object: `policy/${spec.name}`,
    detail: { sha256, before: before?.sha256 ?? null, version: (before?.version ?? 0) + 1 },
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
