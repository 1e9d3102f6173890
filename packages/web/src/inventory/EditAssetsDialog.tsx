import { CRITICALITIES, EXPOSURES, SENSITIVITIES } from '@fleetmend/domain/inventory/asset.ts';
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { parseLabels } from './parse-labels.ts';

const LEAVE = '';
const CLEAR = 'not said';

/** Sets the same of many machines; what is left alone stays as it is on each of them. */
export function EditAssetsDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const [labels, setLabels] = useState('');
  const [removed, setRemoved] = useState('');
  const [owner, setOwner] = useState('');
  const [group, setGroup] = useState('');
  const [worth, setWorth] = useState({ criticality: LEAVE, data_sensitivity: LEAVE, exposure: LEAVE });
  const edit = useSend('editAssets', ['listAssets', 'listAssetFacets', 'readAsset', 'listPatches']);
  const parsed = parseLabels(labels);
  const gone = removed.split(/[\s,]+/).filter((key) => key !== '');
  const said = {
    ...(owner === '' ? {} : { owner }),
    ...(group === '' ? {} : { service_group: group }),
    ...Object.fromEntries(
      Object.entries(worth)
        .filter(([, value]) => value !== LEAVE)
        .map(([key, value]) => [key, value === CLEAR ? null : value]),
    ),
  };
  const isNothing = labels.trim() === '' && gone.length === 0 && Object.keys(said).length === 0;
  const machines = ids.length === 1 ? '1 machine' : `${ids.length} machines`;
  const submit = () => {
    if ('error' in parsed) return;
    edit.mutate(
      { body: { ids: [...ids], set: { ...said, labels: parsed.labels, labels_removed: gone }, expected: ids.length } },
      {
        onSuccess: ({ changed }) => {
          announce(`${changed} of ${machines} changed`);
          onClose();
        },
      },
    );
  };
  return (
    <ConfirmDialog
      title={`Edit ${machines}`}
      summary={<p>What you fill in is set on all of them. What you leave empty stays as it is on each.</p>}
      action={`Change ${machines}`}
      isBusy={edit.isPending}
      isDisabled={isNothing || 'error' in parsed}
      error={edit.error}
      doing="change these machines"
      onConfirm={submit}
      onClose={onClose}
    >
      <Textarea
        label="Labels to set"
        description="One key=value a line."
        autosize
        minRows={2}
        value={labels}
        error={'error' in parsed ? parsed.error : undefined}
        onChange={(event) => setLabels(event.currentTarget.value)}
      />
      <TextInput
        label="Labels to take away"
        description="Their keys, with spaces between."
        value={removed}
        onChange={(event) => setRemoved(event.currentTarget.value)}
      />
      <TextInput
        label="Owner"
        maxLength={200}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
      <TextInput
        label="Service group"
        maxLength={100}
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
      />
      {(
        [
          ['Criticality', 'criticality', CRITICALITIES],
          ['Data sensitivity', 'data_sensitivity', SENSITIVITIES],
          ['Exposure', 'exposure', EXPOSURES],
        ] as const
      ).map(([label, key, known]) => (
        <NativeSelect
          key={key}
          label={label}
          data={[{ value: LEAVE, label: 'leave as it is' }, ...known, CLEAR]}
          value={worth[key]}
          onChange={(event) => setWorth({ ...worth, [key]: event.currentTarget.value })}
        />
      ))}
    </ConfirmDialog>
  );
}
