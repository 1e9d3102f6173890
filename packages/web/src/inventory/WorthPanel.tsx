import { CRITICALITIES, EXPOSURES, SENSITIVITIES } from '@fleetmend/domain/inventory/asset.ts';
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { problemCode } from '../ui/problem.ts';
import { revealText } from '../ui/reveal-characters.ts';
import type { Asset } from './asset-columns.tsx';
import { parseLabels, writeLabels } from './parse-labels.ts';

/** What the machine is worth and what it is called: this moves its patches' ranks and which policies select it. */
export function WorthPanel({ asset, canWrite }: { asset: Asset; canWrite: boolean }) {
  // What was read when editing began: a later report of the machine must not wash away what is being typed.
  const [version, setVersion] = useState(asset.version);
  const [labelText, setLabelText] = useState(writeLabels(asset.labels));
  const [worth, setWorth] = useState(worthOf(asset));
  const update = useSend('updateAsset', ['readAsset', 'listAssets', 'listPatches', 'explainPatch']);
  const parsed = parseLabels(labelText);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('error' in parsed) return;
    update.mutate(
      { params: { id: asset.id }, ifMatch: String(version), body: { ...worth, labels: parsed.labels } },
      {
        onSuccess: (saved) => {
          setVersion(saved.version);
          announce(`Saved ${revealText(asset.hostname)}`);
        },
      },
    );
  };
  const loadTheirs = () => {
    setVersion(asset.version);
    setLabelText(writeLabels(asset.labels));
    setWorth(worthOf(asset));
    update.reset();
  };
  return (
    <Panel title="Worth and labels" note="Unsaid is shown as unsaid; it is never read as low.">
      <form className="stack" onSubmit={submit}>
        <Choice
          label="Criticality"
          known={CRITICALITIES}
          value={worth.criticality}
          isDisabled={!canWrite}
          onChange={(criticality) => setWorth({ ...worth, criticality })}
        />
        <Choice
          label="Data sensitivity"
          known={SENSITIVITIES}
          value={worth.data_sensitivity}
          isDisabled={!canWrite}
          onChange={(data_sensitivity) => setWorth({ ...worth, data_sensitivity })}
        />
        <Choice
          label="Exposure"
          known={EXPOSURES}
          value={worth.exposure}
          isDisabled={!canWrite}
          onChange={(exposure) => setWorth({ ...worth, exposure })}
        />
        <TextInput
          label="Owner"
          maxLength={200}
          disabled={!canWrite}
          value={worth.owner ?? ''}
          onChange={(event) => setWorth({ ...worth, owner: event.currentTarget.value || null })}
        />
        <TextInput
          label="Service group"
          description="Machines that serve one thing together."
          maxLength={100}
          disabled={!canWrite}
          value={worth.service_group ?? ''}
          onChange={(event) => setWorth({ ...worth, service_group: event.currentTarget.value || null })}
        />
        <Textarea
          label="Labels"
          description="One key=value a line. Policies select by them."
          autosize
          minRows={2}
          disabled={!canWrite}
          styles={{ input: { fontFamily: 'var(--fm-mono)', fontSize: 12.5 } }}
          value={labelText}
          error={'error' in parsed ? parsed.error : undefined}
          onChange={(event) => setLabelText(event.currentTarget.value)}
        />
        {update.error !== null && <ProblemAlert error={update.error} doing="save this machine" />}
        {problemCode(update.error) === 'precondition-failed' && (
          <div className="row">
            <p>Somebody saved it before you.</p>
            <Button size="xs" variant="default" onClick={loadTheirs}>
              Drop mine and load theirs
            </Button>
          </div>
        )}
        {canWrite && (
          <div className="row">
            <Button type="submit" variant="default" loading={update.isPending} disabled={'error' in parsed}>
              Save worth and labels
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

function worthOf({ owner, service_group, criticality, data_sensitivity, exposure }: Asset) {
  return { owner, service_group, criticality, data_sensitivity, exposure };
}

function Choice<Known extends string>({
  label,
  known,
  value,
  isDisabled,
  onChange,
}: {
  label: string;
  known: readonly Known[];
  value: Known | null;
  isDisabled: boolean;
  onChange: (value: Known | null) => void;
}) {
  return (
    <NativeSelect
      label={label}
      disabled={isDisabled}
      data={[{ value: '', label: 'not said' }, ...known.map((each) => ({ value: each, label: each }))]}
      value={value ?? ''}
      onChange={(event) => onChange(known.find((each) => each === event.currentTarget.value) ?? null)}
    />
  );
}
