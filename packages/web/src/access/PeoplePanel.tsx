import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Row, usePages, useSend } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { SignInLink } from './SignInLink.tsx';
import { useCan } from './use-session.ts';

/** Who may sign in, with which roles; inviting shows the link once. */
export function PeoplePanel() {
  const people = usePages('listPeople', {});
  const canWrite = useCan('access:write');
  const [isInviting, setInviting] = useState(false);
  const renew = useSend('renewSignInLink', []);
  const columns: readonly Column<Row<'listPeople'>>[] = [
    { key: 'name', title: 'Name', cell: (person) => <HostText text={person.name} /> },
    { key: 'roles', title: 'Roles', cell: (person) => person.roles.join(', ') },
    { key: 'keys', title: 'Keys', kind: 'end', cell: (person) => person.keys.length },
    { key: 'added', title: 'Added', cell: (person) => <Instant at={person.created_at} /> },
    {
      key: 'link',
      title: 'Sign-in link',
      isTitleHidden: true,
      kind: 'fit',
      cell: (person) =>
        canWrite && (
          <Button size="compact-sm" variant="default" onClick={() => renew.mutate({ params: { id: person.id } })}>
            New sign-in link for {person.name}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      title="People"
      isFlush
      actions={
        canWrite && (
          <Button size="xs" variant="default" onClick={() => setInviting(true)}>
            Invite a person
          </Button>
        )
      }
    >
      {renew.error !== null && <ProblemAlert error={renew.error} doing="make a sign-in link" />}
      {renew.data && <SignInLink url={renew.data.sign_in_url} expires_at={renew.data.expires_at} />}
      <ListTable
        pages={people}
        doing="read the people"
        label="People"
        columns={columns}
        rowKey={(person) => person.id}
        empty={null}
      />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Panel>
  );
}
