import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages, useSend } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { PathLink } from '../ui/PathLink.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { SSH_STATE_LOOKS } from '../ui/states.ts';
import { AddSshDialog } from './AddSshDialog.tsx';
import { ConfirmKeyDialog } from './ConfirmKeyDialog.tsx';
import { SshSetupDialog } from './SshSetupDialog.tsx';

type SshHost = Row<'listSshHosts'>;

/** Machines that no agent speaks for: what they are worth, where each stands, and whose host key waits for a person. */
export function AgentlessPanel() {
  const pages = usePages('listSshHosts', { query: { limit: 100 } }, { every: 5000 });
  const canWrite = useCan('assets:write');
  const read = useSend('requestSshRead', ['listSshHosts']);
  const [open, setOpen] = useState<'setup' | 'add' | null>(null);
  const [toConfirm, setToConfirm] = useState<SshHost | null>(null);
  return (
    <Panel
      title="Without an agent, read over SSH"
      note="On the word of the connection: nothing they say is signed, and nothing can be deployed to them. Where you can, enrol an agent instead."
      isFlush
      actions={
        <>
          <Button size="xs" variant="default" onClick={() => setOpen('setup')}>
            Set up a machine
          </Button>
          {canWrite && (
            <Button size="xs" onClick={() => setOpen('add')}>
              Add over SSH
            </Button>
          )}
        </>
      }
    >
      {read.error !== null && <ProblemAlert error={read.error} doing="read the machine" />}
      <ListTable
        pages={pages}
        doing="read the machines without an agent"
        label="Machines without an agent"
        columns={canWrite ? [...COLUMNS, actionColumn(setToConfirm, (id) => read.mutate({ params: { id } }))] : COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No machine is read over SSH">
            Set one up, then add it: its packages and findings stand here within seconds.
          </Empty>
        }
      />
      {open === 'setup' && <SshSetupDialog onClose={() => setOpen(null)} />}
      {open === 'add' && <AddSshDialog onClose={() => setOpen(null)} />}
      {toConfirm !== null && <ConfirmKeyDialog host={toConfirm} onClose={() => setToConfirm(null)} />}
    </Panel>
  );
}

const COLUMNS: readonly Column<SshHost>[] = [
  {
    key: 'name',
    title: 'Machine',
    cell: ({ id, name, user_name, address, port }) => (
      <>
        <PathLink href={`/assets/${encodeURIComponent(id)}`}>
          <HostText text={name} />
        </PathLink>
        <div className="small muted">
          <HostText text={`${user_name}@${address}, port ${port}`} />
        </div>
      </>
    ),
  },
  { key: 'state', title: 'State', kind: 'fit', cell: ({ state }) => <StateBadge state={SSH_STATE_LOOKS[state]} /> },
  {
    key: 'why',
    title: 'Next step',
    cell: ({ problem, next_step }) => (
      <>
        {problem !== null && (
          <div className="danger" title={problem.detail}>
            {problem.text}
          </div>
        )}
        <div className="small">{next_step}</div>
      </>
    ),
  },
  { key: 'read', title: 'Read', kind: 'fit', cell: ({ read_at }) => <Instant at={read_at} /> },
];

function actionColumn(onConfirm: (host: SshHost) => void, onRead: (id: string) => void): Column<SshHost> {
  return {
    key: 'act',
    title: 'Act',
    kind: 'fit',
    cell: (host) =>
      host.seen_key === null ? (
        <Button size="xs" variant="default" onClick={() => onRead(host.id)}>
          Read now<span className="visually-hidden"> {host.name}</span>
        </Button>
      ) : (
        <Button size="xs" onClick={() => onConfirm(host)}>
          Compare its key<span className="visually-hidden"> of {host.name}</span>
        </Button>
      ),
  };
}
