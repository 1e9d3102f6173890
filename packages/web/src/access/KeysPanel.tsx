import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Digest } from '../ui/CopyText.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { RegisterPasskeyDialog, RegisterPublicKeyDialog } from './RegisterKeyDialogs.tsx';

type Key = Output<'readSession'>['person']['keys'][number];

const KIND_WORDS: Record<Key['kind'], string> = { passkey: 'Passkey', ssh: 'SSH key', ed25519: 'Ed25519 key' };

const COLUMNS: readonly Column<Key>[] = [
  { key: 'name', title: 'Name', cell: (key) => <HostText text={key.name} /> },
  { key: 'kind', title: 'Kind', cell: (key) => `${KIND_WORDS[key.kind]} (${key.algorithm})` },
  { key: 'id', title: 'Key', cell: (key) => <Digest value={key.id} /> },
  {
    key: 'root',
    title: 'Counts on machines',
    cell: (key) =>
      key.in_root ? (
        <StateBadge state={{ look: 'done', word: 'In the trust root' }} />
      ) : (
        <StateBadge state={{ look: 'waiting', word: 'Not yet: sign the trust root' }} />
      ),
  },
  { key: 'created', title: 'Registered', cell: (key) => <Instant at={key.created_at} /> },
];

/** The keys of the signed-in person. */
export function KeysPanel({ session }: { session: Output<'readSession'> | undefined }) {
  const [adding, setAdding] = useState<'passkey' | 'public' | null>(null);
  return (
    <Panel
      title="My keys"
      note="What you sign changes with. The private half never leaves your device."
      isFlush
      actions={
        <>
          <Button size="xs" onClick={() => setAdding('passkey')}>
            Register a passkey
          </Button>
          <Button size="xs" variant="default" onClick={() => setAdding('public')}>
            Add a public key
          </Button>
        </>
      }
    >
      <DataTable
        label="My keys"
        columns={COLUMNS}
        rows={session?.person.keys}
        rowKey={(key) => key.id}
        empty={
          <Empty title="No key yet">
            Register a passkey to approve changes in this console, or paste an SSH or Ed25519 public key to approve from
            the command line. Until a key is in the trust root, machines only observe.
          </Empty>
        }
      />
      {adding === 'passkey' && <RegisterPasskeyDialog onClose={() => setAdding(null)} />}
      {adding === 'public' && <RegisterPublicKeyDialog onClose={() => setAdding(null)} />}
    </Panel>
  );
}
