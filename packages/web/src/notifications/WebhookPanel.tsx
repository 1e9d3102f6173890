import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Row, usePages, useRead, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { CopyText } from '../ui/CopyText.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import type { StateLook } from '../ui/states.ts';

type Delivery = Row<'listWebhookDeliveries'>;

const DELIVERY_LOOKS: Record<Delivery['state'], StateLook> = {
  pending: { look: 'waiting', word: 'Pending' },
  delivered: { look: 'done', word: 'Delivered' },
  failed: { look: 'failed', word: 'Failed' },
};

const COLUMNS: readonly Column<Delivery>[] = [
  { key: 'at', title: 'When', kind: 'fit', cell: (delivery) => <Instant at={delivery.at} /> },
  { key: 'event', title: 'Event', cell: (delivery) => <span className="mono">{delivery.event}</span> },
  { key: 'state', title: 'State', cell: (delivery) => <StateBadge state={DELIVERY_LOOKS[delivery.state]} /> },
  { key: 'attempts', title: 'Attempts', kind: 'end', cell: (delivery) => delivery.attempts },
  {
    key: 'answer',
    title: 'Answer',
    cell: (delivery) => <HostText text={delivery.error ?? (delivery.status === null ? '' : String(delivery.status))} />,
  },
];

/** Where events are sent, signed; and what the other side said. */
export function WebhookPanel() {
  const current = useRead('readWebhook', {});
  const deliveries = usePages('listWebhookDeliveries', {}, { every: 15_000, enabled: Boolean(current.data?.webhook) });
  const put = useSend('putWebhook', ['readWebhook', 'listWebhookDeliveries']);
  const remove = useSend('deleteWebhook', ['readWebhook']);
  const test = useSend('testWebhook', ['listWebhookDeliveries']);
  const [typed, setTyped] = useState<string | null>(null);
  const hook = current.data?.webhook ?? null;
  const url = typed ?? hook?.url ?? '';
  const error = current.error ?? put.error ?? remove.error ?? test.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ body: { url } });
  };
  const sendTest = () => test.mutate({}, { onSuccess: () => announce('A test event is on its way') });
  return (
    <Panel title="Webhook" note="Each event is sent signed, by the Standard Webhooks rules.">
      <div className="stack">
        {error !== null && <ProblemAlert error={error} doing="work with the webhook" />}
        {hook && !hook.is_enabled && (
          <Notice look="failed">
            Nothing is sent any more: <HostText text={hook.disabled_reason ?? 'it was switched off'} />. Save the
            address to begin again.
          </Notice>
        )}
        <form className="row end" onSubmit={submit}>
          <TextInput
            className="grow"
            label="Address"
            placeholder="https://example.org/hooks/fleetmend"
            value={url}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={url === ''} loading={put.isPending}>
            Save the address
          </Button>
          {hook && (
            <>
              <Button variant="default" loading={test.isPending} onClick={sendTest}>
                Send a test event
              </Button>
              <Button variant="default" color="red" loading={remove.isPending} onClick={() => remove.mutate({})}>
                Remove the webhook
              </Button>
            </>
          )}
        </form>
        {put.data && (
          <div className="stack tight">
            <p>The signing secret, shown this once:</p>
            <CopyText text={put.data.secret} name="signing secret" />
          </div>
        )}
        {hook && (
          <ListTable
            pages={deliveries}
            doing="read the deliveries"
            label="Deliveries"
            columns={COLUMNS}
            rowKey={(delivery) => delivery.id}
            empty={<Empty title="Nothing sent yet" />}
          />
        )}
      </div>
    </Panel>
  );
}
