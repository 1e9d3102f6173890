import { Button } from '@mantine/core';
import { type ChangeEvent, useRef, useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';

type VexDocument = Row<'listVex'>;

const TOUCHED = ['listVex', 'listAnsweredFindings', 'listFindings', 'listPatches'] as const;

/** The documents that were taken; those who may can take another, or one back. */
export function VexDocuments() {
  const pages = usePages('listVex', {}, { every: 15_000 });
  const canWrite = useCan('feeds:write');
  const [removing, setRemoving] = useState<VexDocument | null>(null);
  const columns: readonly Column<VexDocument>[] = [
    {
      key: 'document',
      title: 'Document',
      cell: (each) => (
        <>
          <b>
            <HostText text={each.document || each.id} />
          </b>
          <div className="small muted">
            <HostText text={each.author || 'nobody is named'} />, {each.format}
          </div>
        </>
      ),
    },
    { key: 'statements', title: 'Statements', kind: 'end', cell: (each) => each.statements },
    { key: 'answers', title: 'Findings answered', kind: 'end', cell: (each) => each.answers },
    {
      key: 'imported',
      title: 'Taken',
      kind: 'fit',
      cell: (each) => (
        <>
          <Instant at={each.imported_at} /> by <HostText text={each.imported_by} />
        </>
      ),
    },
    ...(canWrite ? [removal(setRemoving)] : []),
  ];
  return (
    <Panel title="Documents" isFlush actions={canWrite && <ImportVex />}>
      <ListTable
        pages={pages}
        doing="read the VEX documents"
        label="VEX documents"
        columns={columns}
        rowKey={(each) => each.id}
        empty={<Empty title="No VEX document yet">Take one in OpenVEX, CSAF or CycloneDX.</Empty>}
      />
      {removing !== null && <RemoveVex document={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function removal(remove: (document: VexDocument) => void): Column<VexDocument> {
  return {
    key: 'remove',
    title: 'Remove',
    isTitleHidden: true,
    cell: (each) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Take back: ${each.document || each.id}`}
        onClick={() => remove(each)}
      >
        Take back
      </Button>
    ),
  };
}

function ImportVex() {
  const input = useRef<HTMLInputElement>(null);
  const load = useSend('importVex', TOUCHED);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = '';
    if (!file) return;
    load.mutate({ octets: file }, { onSuccess: ({ statements }) => announce(`${statements} statements were taken`) });
  };
  return (
    <>
      <Button variant="default" loading={load.isPending} onClick={() => input.current?.click()}>
        Take a VEX document
      </Button>
      <input ref={input} type="file" hidden aria-label="VEX document" onChange={take} />
      {load.error !== null && <ProblemAlert error={load.error} doing="take the document" />}
    </>
  );
}

function RemoveVex({ document, onClose }: { document: VexDocument; onClose: () => void }) {
  const remove = useSend('removeVex', TOUCHED);
  const confirm = () =>
    remove.mutate(
      { params: { id: document.id } },
      {
        onSuccess: () => {
          announce('The document was taken back');
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      title="Take back a VEX document"
      summary={
        <p>
          <HostText text={document.document || document.id} /> answers {document.answers} findings. They are looked at
          anew, and are open again where nothing else answers them.
        </p>
      }
      action="Take it back"
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      doing="take back the document"
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
