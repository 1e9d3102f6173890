import { Textarea } from '@mantine/core';
import classes from './policies.module.css';

/** A document as YAML, as long as it is; those who may not write only read it. */
export function YamlField({
  label,
  value,
  canWrite,
  minRows,
  error,
  onChange,
}: {
  label: string;
  value: string;
  canWrite: boolean;
  minRows: number;
  error?: string | undefined;
  onChange: (yaml: string) => void;
}) {
  return (
    <Textarea
      aria-label={label}
      autosize
      minRows={minRows}
      readOnly={!canWrite}
      spellCheck={false}
      classNames={{ input: classes['yaml'] ?? '' }}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
