import { type Row, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Facts } from '../ui/Panel.tsx';

/** A person compares the host key that a machine shows, and says that it is its own. */
export function ConfirmKeyDialog({ host, onClose }: { host: Row<'listSshHosts'>; onClose: () => void }) {
  const confirm = useSend('confirmHostKey', ['listSshHosts', 'listAssets']);
  const { id, name, host_key, seen_key, next_step } = host;
  if (seen_key === null) return null;
  const submit = () =>
    confirm.mutate(
      { params: { id }, body: { fingerprint: seen_key.fingerprint } },
      {
        onSuccess: () => {
          announce(`Confirmed the host key of ${name}`);
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      title={host_key === null ? 'Confirm its host key' : 'Its host key has changed'}
      summary={
        <>
          <p>
            <HostText text={name} /> shows the key below. Nothing is read until somebody has compared it.
          </p>
          <p>{next_step}</p>
          <Facts
            facts={[
              ['It shows', <code key="seen">{seen_key.fingerprint}</code>],
              ['Kind', seen_key.type],
              ['Since', <Instant key="since" at={seen_key.seen_at} />],
              [
                'Confirmed before',
                host_key === null ? (
                  'none'
                ) : (
                  <>
                    <code>{host_key.fingerprint}</code> by <HostText text={host_key.confirmed_by} />
                  </>
                ),
              ],
            ]}
          />
        </>
      }
      action="They are the same: confirm"
      isDanger={host_key !== null}
      isBusy={confirm.isPending}
      error={confirm.error}
      doing="confirm the host key"
      onConfirm={submit}
      onClose={onClose}
    />
  );
}
