import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { PolicyNotices } from './PolicyNotices.tsx';
import { PolicyReadBack } from './PolicyReadBack.tsx';
import { policyName } from './policy-name.ts';
import { YamlField } from './YamlField.tsx';

/** The YAML and what the server reads in it. Check shows; only Save keeps. */
export function PolicyEditor({ yaml, saved }: { yaml: string; saved: Output<'readPolicy'> | null }) {
  const [opened, setOpened] = useState(yaml);
  const [text, setText] = useState(yaml);
  const canWrite = useCan('policies:write');
  const navigate = useNavigate();
  const check = useSend('checkPolicy', []);
  const put = useSend('putPolicy', ['listPolicies', 'readPolicy', 'readOverview']);
  const name = policyName(text);
  const change = (next: string) => {
    setText(next);
    check.reset();
    put.reset();
  };
  const save = () => {
    if (name === null) return;
    put.mutate(
      { params: { name }, body: { yaml: text } },
      {
        onSuccess: (policy) => {
          announce(`Saved the policy ${policy.name}`);
          setOpened(text);
          void navigate({ to: '/policies/$name', params: { name: policy.name }, search: {} });
        },
      },
    );
  };
  const load = (theirs: string) => {
    setOpened(theirs);
    change(theirs);
  };
  const readBack = check.data ?? (text === yaml ? saved : null);
  return (
    <div className="columns">
      <Panel title="YAML">
        <div className="stack">
          <YamlField
            label="Policy as YAML"
            value={text}
            canWrite={canWrite}
            minRows={18}
            error={name === null ? 'Give it a name: a line such as  name: web-servers' : undefined}
            onChange={change}
          />
          <PolicyNotices name={name} saved={saved} opened={opened} text={text} onLoad={load} />
          {check.error !== null && <ProblemAlert error={check.error} doing="read this policy" />}
          {put.error !== null && <ProblemAlert error={put.error} doing="save this policy" />}
          <div className="row">
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate({ body: { yaml: text } })}>
              Check what it does
            </Button>
            {canWrite && (
              <Button
                disabled={name === null || (saved !== null && text === yaml)}
                loading={put.isPending}
                onClick={save}
              >
                Save the policy{name === null ? '' : ` ${name}`}
              </Button>
            )}
          </div>
        </div>
      </Panel>
      <PolicyReadBack policy={readBack} isNew={saved === null && text === yaml} />
    </div>
  );
}
