import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument, Operation, Target } from '@fleetmend/domain/changes/change-document.ts';
import type { Member } from '../fleet/crowd.ts';
import type { Ground } from '../fleet/ground.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An approved change of one package on all of these machines, straight into the database under the first root: planning them is not what is measured. */
export async function approvedChange(
  ground: Ground,
  members: readonly Member[],
): Promise<{ id: string; bytes: number }> {
  const [organization] = await ground.query('SELECT id FROM platform_organization');
  const now = new Date();
  const document: ChangeDocument = {
    type: 'fleetmend/change/v1',
    organization: String(organization?.['id']),
    change: 'CH-1',
    title: 'openssl to 3.0.17',
    reason: '',
    author: 'person_bench',
    created_at: now.toISOString(),
    epoch: 1,
    root_version: 1,
    policy: { name: 'standard', sha256: sha256('policy') },
    quorum: 1,
    windows: [{ from: now.toISOString(), until: new Date(now.getTime() + 86_400_000).toISOString() }],
    rings: [
      { name: 'all', assets: members.map(({ asset }) => asset).sort(), max_in_flight: members.length, bake_seconds: 0 },
    ],
    gates: [],
    on_gate_fail: 'pause',
    reboot: 'never',
    accepts_no_rollback: false,
    targets: members.map(({ asset }) => targetOf(asset)).sort((a, b) => (a.asset < b.asset ? -1 : 1)),
  };
  const text = canonicalJson(document as unknown as Json);
  await ground.query(
    `INSERT INTO change_request (id, number, title, reason, state, author, author_name, policy, policy_sha256, spec, patches,
        accepts_no_rollback, created_at, document, digest, planned_at, expires_at, approved_at)
      VALUES ('CH-1', 1, $1, '', 'approved', $2, 'Bench', 'standard', $3, '{}', '[]', false, now(), $4, $5, now(), now() + interval '1 day', now())`,
    [document.title, document.author, document.policy.sha256, text, sha256(text)],
  );
  return { id: 'CH-1', bytes: text.length };
}

function targetOf(asset: string): Target {
  const forth: Operation = {
    ecosystem: 'deb',
    package: 'openssl',
    architecture: 'amd64',
    from: '3.0.16-1~deb12u1',
    to: '3.0.17-1~deb12u2',
    sha256: sha256('forth'),
    size: 1_430_000,
    origin: 'Debian-Security:12/stable-security',
  };
  const back = { ...forth, from: forth.to, to: forth.from ?? '', sha256: sha256('back') };
  return {
    asset,
    hostname: `bench-${asset}`,
    key: sha256(asset),
    operations: [forth],
    rollback: { class: 'downgrade', operations: [back], reason: null },
  };
}
