import type { Output } from '@fleetmend/api/client.ts';
import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { newIdempotencyKey, usePages, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { VersionChange } from '../ui/VersionChange.tsx';
import { plural } from './change-summary.ts';
import { MachinePicker } from './MachinePicker.tsx';

type Patch = Output<'readPatch'>;

/** Asks for patches to be shipped: which policy, which machines, why, and whether it may have no way back. */
export function CreateChangeDialog({ patches, onClose }: { patches: readonly Patch[]; onClose: () => void }) {
  const navigate = useNavigate();
  const policies = usePages('listPolicies', {});
  const create = useSend('createChange', ['listChanges', 'listPatches', 'readPatch', 'readOverview']);
  // One dialog is one request: pressing twice, or again after a broken line, makes one change.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [chosenPolicy, setPolicy] = useState<string | null>(null);
  const [assets, setAssets] = useState<string[] | null>(null);
  const [form, setForm] = useState<{ reason: string; versions: 'newest' | 'fix-only'; accepts_no_rollback: boolean }>({
    reason: '',
    versions: 'newest',
    accepts_no_rollback: false,
  });
  const policy = policies.rows?.find((each) => each.name === chosenPolicy) ?? policies.rows?.[0];
  const submit = () => {
    if (policy === undefined) return;
    create.mutate(
      {
        idempotencyKey,
        body: {
          patches: patches.map((patch) => patch.id),
          policy: policy.name,
          ...form,
          ...(assets ? { assets } : {}),
        },
      },
      {
        onSuccess: (change) => {
          announce(`Created ${change.id}`);
          void navigate({ to: '/changes/$id', params: { id: change.id } });
        },
      },
    );
  };
  const hasNoPolicy = policies.rows?.length === 0;
  return (
    <ConfirmDialog
      title={`Create a change with ${plural(patches.length, 'patch', 'patches')}`}
      summary={
        <>
          <ul>
            {patches.map((patch) => (
              <li key={patch.id}>
                <b>{patch.source}</b>{' '}
                <VersionChange from={patch.packages[0]?.from_versions[0] ?? null} to={patch.to_version} />
              </li>
            ))}
          </ul>
          <p className="muted">
            The machines work out the exact plan next. Nothing is installed before people have signed that plan.
          </p>
        </>
      }
      action={`Create a change with ${plural(patches.length, 'patch', 'patches')}`}
      isBusy={create.isPending}
      isDisabled={policy === undefined || assets?.length === 0}
      error={create.error ?? policies.error}
      doing="create the change"
      onConfirm={submit}
      onClose={onClose}
    >
      {hasNoPolicy ? (
        <Notice look="waiting">
          There is no policy yet, and a change needs one: rings, window, approvals.{' '}
          <Link to="/policies">Create a policy</Link>
        </Notice>
      ) : (
        <NativeSelect
          label="Policy"
          value={policy?.name ?? ''}
          data={policies.rows?.map((each) => each.name) ?? []}
          onChange={(event) => setPolicy(event.currentTarget.value)}
        />
      )}
      {policy && (
        <p className="muted small">
          <HostText text={policy.sentence} />
        </p>
      )}
      <MachinePicker patches={patches} chosen={assets} onChange={setAssets} />
      <Textarea
        label="Reason"
        description="Approvers read this first."
        maxLength={2000}
        value={form.reason}
        onChange={(event) => setForm({ ...form, reason: event.currentTarget.value.replaceAll('\n', ' ') })}
      />
      <Checkbox
        label="Security fixes only"
        description="The lowest versions that carry every security fix, where a repository offers such versions; else the newest."
        checked={form.versions === 'fix-only'}
        onChange={(event) => setForm({ ...form, versions: event.currentTarget.checked ? 'fix-only' : 'newest' })}
      />
      <Checkbox
        label="I accept packages that cannot be taken back"
        description="Without this, a plan that has no way back is refused."
        checked={form.accepts_no_rollback}
        onChange={(event) => setForm({ ...form, accepts_no_rollback: event.currentTarget.checked })}
      />
    </ConfirmDialog>
  );
}
