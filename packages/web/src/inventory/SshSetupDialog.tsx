import { Button, Modal } from '@mantine/core';
import { useRead } from '../client.ts';
import { CopyText } from '../ui/CopyText.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';

/** What root runs on a machine so that it can be read over SSH. */
export function SshSetupDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useRead('readSshAuthority', {});
  return (
    <Modal opened onClose={onClose} title="Let a machine be read over SSH" size="lg">
      <div className="stack">
        {error !== null && <ProblemAlert error={error} doing="read this server’s SSH key" />}
        {data && (
          <>
            <p>
              Run this on the machine as root, once. It makes the account <code>{data.account}</code>, which may do
              nothing but look, and trusts this server’s key for that account alone:
            </p>
            <CopyText text={data.setup} name="set-up lines" />
            <p>
              For a configuration of your own, this is the key for <code>TrustedUserCAKeys</code>:
            </p>
            <CopyText text={data.public_key} name="public key" />
            <p className="small muted">
              Its fingerprint is <code>{data.fingerprint}</code>.
            </p>
          </>
        )}
        <div className="row">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Modal>
  );
}
