import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSend } from '../client.ts';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';

/** Proposes another quorum for the next version of the root. */
export function QuorumForm({ quorum }: { quorum: number }) {
  const [text, setText] = useState(String(quorum));
  const put = useSend('setTrustRootQuorum', ['readTrustRoot']);
  const wanted = Number(text);
  const isUsable = Number.isInteger(wanted) && wanted >= 1 && wanted <= 20 && wanted !== quorum;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isUsable) put.mutate({ body: { quorum: wanted } });
  };
  return (
    <form className="row end" onSubmit={submit}>
      <TextInput
        label="People who must sign"
        inputMode="numeric"
        w={170}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!isUsable} loading={put.isPending}>
        {isUsable ? `Propose a quorum of ${wanted}` : 'Propose another quorum'}
      </Button>
      {put.error !== null && <ProblemAlert error={put.error} doing="propose the quorum" />}
    </form>
  );
}
