import { FileInput, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';

const FORMATS = [
  { value: 'csv', label: 'CSV with a heading' },
  { value: 'ansible_ini', label: 'Ansible inventory, INI' },
  { value: 'ansible_yaml', label: 'Ansible inventory, YAML' },
] as const;
type Format = (typeof FORMATS)[number]['value'];

interface List {
  format: Format;
  name: string;
  text: string;
}

/** Takes labels and worth from a list of machines, after saying what it would do. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [list, setList] = useState<List | null>(null);
  const look = useSend('importAssets', []);
  const take = useSend('importAssets', ['listAssets', 'listAssetFacets', 'listDiscovered']);
  const choose = (next: List | null) => {
    setList(next);
    look.reset();
    if (next !== null) look.mutate({ body: { ...next, is_dry_run: true } });
  };
  const open = async (file: File | null) => {
    if (file === null) choose(null);
    else choose({ format: formatOf(file.name), name: file.name.slice(0, 200), text: await file.text() });
  };
  const submit = () => {
    if (list === null) return;
    take.mutate(
      { body: list },
      {
        onSuccess: ({ changed }) => {
          announce(`${changed} machines changed by ${list.name}`);
          onClose();
        },
      },
    );
  };
  const told = look.data;
  return (
    <ConfirmDialog
      title="Import a list of machines"
      summary={
        <p>
          Enrolled machines get the list’s labels, owners and worth; the others are shown as discovered until they
          enrol. Of Ansible’s variables only ours are taken, since others may hold passwords.
        </p>
      }
      action="Take this list"
      isBusy={take.isPending}
      isDisabled={told === undefined}
      error={take.error ?? look.error}
      doing="read the list"
      onConfirm={submit}
      onClose={onClose}
    >
      <FileInput
        label="File"
        placeholder="hosts.csv, inventory.ini, inventory.yml"
        accept=".csv,.ini,.yml,.yaml,.txt,text/csv"
        onChange={(file) => void open(file)}
      />
      <NativeSelect
        label="Form"
        data={[...FORMATS]}
        disabled={list === null}
        value={list?.format ?? 'csv'}
        onChange={(event) => {
          const format = FORMATS.find(({ value }) => value === event.currentTarget.value)?.value;
          if (list !== null && format !== undefined) choose({ ...list, format });
        }}
      />
      <div aria-live="polite">
        {told !== undefined && (
          <p>
            <b>
              {told.read} {told.read === 1 ? 'machine' : 'machines'} in the list
            </b>
            : {told.matched} enrolled, of which {told.changed} would change; {told.discovered} not enrolled.
            {told.ambiguous.length > 0 && (
              <>
                {' '}
                Names of two machines, left alone: <HostText text={told.ambiguous.slice(0, 5).join(', ')} />
              </>
            )}
          </p>
        )}
      </div>
    </ConfirmDialog>
  );
}

function formatOf(name: string): Format {
  if (/\.ya?ml$/i.test(name)) return 'ansible_yaml';
  return /\.csv$/i.test(name) ? 'csv' : 'ansible_ini';
}
