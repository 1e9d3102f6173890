import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { announce } from './announce.ts';
import classes from './text.module.css';

/** A command or a secret to take along. */
export function CopyText({ text, name }: { text: string; name: string }) {
  const clipboard = useClipboard({ timeout: 3000 });
  const copy = () => {
    clipboard.copy(text);
    announce(`Copied the ${name}`);
  };
  return (
    <div className={classes['copy']}>
      <code>{text}</code>
      <Button variant="default" size="compact-sm" onClick={copy} aria-label={`Copy the ${name}`}>
        {clipboard.copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}

/** A digest, short, whole on hover and to a screen reader's copy. */
export function Digest({ value }: { value: string }) {
  return (
    <code className={classes['digest']} title={value}>
      {value.slice(0, 12)}…
    </code>
  );
}
