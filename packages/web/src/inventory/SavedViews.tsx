import { Button, CloseButton, TextInput } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useRead, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { chip } from '../ui/ChipLinks.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';

const route = getRouteApi('/shell/assets');

/** Selections that a person comes back to; the one on the screen can be saved under a name. */
export function SavedViews() {
  const { state, filter, liveness } = route.useSearch();
  const views = useRead('listSavedViews', {}).data?.data ?? [];
  const save = useSend('saveView', ['listSavedViews']);
  const remove = useSend('deleteView', ['listSavedViews']);
  const [name, setName] = useState('');
  const isNarrowed = state !== undefined || filter !== undefined || liveness !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { params: { id: name.trim() }, body: { state, filter, liveness } },
      {
        onSuccess: () => {
          announce(`Saved the view ${name.trim()}`);
          setName('');
        },
      },
    );
  };
  if (views.length === 0 && !isNarrowed) return null;
  return (
    <div className="row">
      {views.map((view) => (
        <span key={view.name} className="row tight">
          <Link to="/assets" search={view.search} {...chip}>
            {view.name}
          </Link>
          <CloseButton
            size="sm"
            aria-label={`Delete the view ${view.name}`}
            onClick={() => remove.mutate({ params: { id: view.name } })}
          />
        </span>
      ))}
      {isNarrowed && (
        <form className="row tight" onSubmit={submit}>
          <TextInput
            size="xs"
            aria-label="Name of this view"
            placeholder="Name of this view"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" loading={save.isPending} disabled={name.trim() === ''}>
            Save view
          </Button>
        </form>
      )}
      {save.error !== null && <ProblemAlert error={save.error} doing="save the view" />}
    </div>
  );
}
