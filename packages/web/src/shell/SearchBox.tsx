import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { findDestination } from './find-destination.ts';
import { Icon } from './icons.tsx';
import classes from './shell.module.css';

/** The id of the search input, for the `/` key. */
export const SEARCH_ID = 'search-everything';

/** Goes to what was named: a change, a rollout, a machine, a CVE or an advisory, or the patches that match. */
export function SearchBox() {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const go = async (event: FormEvent) => {
    event.preventDefault();
    const destination = findDestination(text);
    if (destination === null) return;
    setText('');
    switch (destination.kind) {
      case 'change':
        return navigate({ to: '/changes/$id', params: { id: destination.id } });
      case 'rollout':
        return navigate({ to: '/rollouts/$id', params: { id: destination.id } });
      case 'asset':
        return navigate({ to: '/assets/$id', params: { id: destination.id } });
      case 'advisory':
        return navigate({ to: '/advisories/$id', params: { id: destination.id } });
      case 'patches':
        return navigate({ to: '/patches', search: { search: destination.search } });
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> has no form semantics of its own
    <form role="search" className={classes['search']} onSubmit={(event) => void go(event)}>
      <TextInput
        id={SEARCH_ID}
        aria-label="Search patches, CVEs, @machine, CH-12, RO-3"
        placeholder="Search packages, CVE, CH-12, @machine"
        leftSection={<Icon name="search" />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}
