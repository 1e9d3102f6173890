import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Row, usePages, useSend } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { CreateTokenDialog } from './CreateTokenDialog.tsx';

/** API tokens of the signed-in person. */
export function TokensPanel() {
  const tokens = usePages('listTokens', {});
  const revoke = useSend('revokeToken', ['listTokens']);
  const [isCreating, setCreating] = useState(false);
  const columns: readonly Column<Row<'listTokens'>>[] = [
    { key: 'name', title: 'Name', cell: (token) => <HostText text={token.name} /> },
    {
      key: 'permissions',
      title: 'May',
      cell: (token) => <span className="small">{token.permissions.join(', ')}</span>,
    },
    { key: 'used', title: 'Last used', cell: (token) => <Instant at={token.last_used_at} /> },
    { key: 'expires', title: 'Ends', cell: (token) => <Instant at={token.expires_at} /> },
    {
      key: 'revoke',
      title: 'Revoke',
      isTitleHidden: true,
      kind: 'fit',
      cell: (token) => (
        <Button
          size="compact-sm"
          variant="default"
          color="red"
          onClick={() => revoke.mutate({ params: { id: token.id } })}
          aria-label={`Revoke the token ${token.name}`}
        >
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <Panel
      title="My API tokens"
      note="For programs and the command line. Each has an end."
      isFlush
      actions={
        <Button size="xs" variant="default" onClick={() => setCreating(true)}>
          Create a token
        </Button>
      }
    >
      {revoke.error !== null && <ProblemAlert error={revoke.error} doing="revoke the token" />}
      <ListTable
        pages={tokens}
        doing="read the tokens"
        label="My API tokens"
        columns={columns}
        rowKey={(token) => token.id}
        empty={
          <Empty title="No tokens">Create one to use the API or the fleetmend command from another machine.</Empty>
        }
      />
      {isCreating && <CreateTokenDialog onClose={() => setCreating(false)} />}
    </Panel>
  );
}
