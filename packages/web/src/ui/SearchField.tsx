import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

/** A search that follows the typing after a short rest; the value lives in the URL. */
export function SearchField({
  label,
  placeholder,
  value,
  error,
  onSearch,
}: {
  label: string;
  placeholder: string;
  value: string;
  error?: string | undefined;
  onSearch: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(onSearch, 250);
  useEffect(() => setText(value), [value]);
  const change = (next: string) => {
    setText(next);
    search(next);
  };
  return (
    <TextInput
      className="grow"
      maw={460}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      error={error}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={text && <CloseButton size="sm" aria-label={`Clear: ${label}`} onClick={() => change('')} />}
    />
  );
}
