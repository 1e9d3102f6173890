import type { Permission } from '@fleetmend/api/endpoint.ts';
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSend } from '../client.ts';
import { CopyText } from '../ui/CopyText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { useSession } from './use-session.ts';

/** Makes a token with some of the person's own permissions and shows its secret, once. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const held = useSession()?.permissions ?? [];
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [chosen, setChosen] = useState<string[] | null>(null);
  const create = useSend('createToken', ['listTokens']);
  const permissions: Permission[] = chosen === null ? held : held.filter((permission) => chosen.includes(permission));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { name, permissions, expires_in_days: Number(days) } });
  };
  if (create.data) {
    return (
      <Modal opened onClose={onClose} title="Your new token" size="lg">
        <div className="stack">
          <p>
            Copy it now: it is not shown again. It ends <ExactInstant at={create.data.expires_at} />.
          </p>
          <CopyText text={create.data.token} name="token" />
        </div>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Create a token" size="lg">
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Name"
          data-autofocus
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Days until it ends"
          description="1 to 365"
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <Checkbox.Group label="It may" value={permissions} onChange={setChosen}>
          <div className="tiles">
            {held.map((permission) => (
              <Checkbox key={permission} value={permission} label={permission} />
            ))}
          </div>
        </Checkbox.Group>
        {create.error !== null && <ProblemAlert error={create.error} doing="create the token" />}
        <div className="row">
          <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || permissions.length === 0}>
            Create a token with {permissions.length} permissions
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
