import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { parseLabels } from './parse-labels.ts';

/** What a code gives the machine that uses it. */
export interface Given {
  labels?: Record<string, string>;
  owner?: string;
}

/** Labels and owner for the machine to come; they belong to the code, so that another code is made for them. */
export function EnrolmentWorth({ isBusy, onGiven }: { isBusy: boolean; onGiven: (given: Given) => void }) {
  const [text, setText] = useState('');
  const [owner, setOwner] = useState('');
  const parsed = parseLabels(text);
  const isEmpty = text.trim() === '' && owner.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('labels' in parsed) onGiven({ labels: parsed.labels, ...(owner.trim() === '' ? {} : { owner: owner.trim() }) });
  };
  return (
    <details>
      <summary>Labels and owner of the machine</summary>
      <form className="stack" onSubmit={submit}>
        <Textarea
          label="Labels"
          description="One key=value a line. Policies select by them."
          autosize
          minRows={2}
          styles={{ input: { fontFamily: 'var(--fm-mono)', fontSize: 12.5 } }}
          value={text}
          error={'error' in parsed ? parsed.error : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          label="Owner"
          maxLength={200}
          value={owner}
          onChange={(event) => setOwner(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" size="xs" variant="default" loading={isBusy} disabled={isEmpty || 'error' in parsed}>
            Make a command with these
          </Button>
        </div>
      </form>
    </details>
  );
}
