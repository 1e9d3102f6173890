import { PERSON_ROLES, type PersonRole } from '@fleetmend/domain/access/trust-root.ts';
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSend } from '../client.ts';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { SignInLink } from './SignInLink.tsx';

const ROLE_WORDS: Record<PersonRole, string> = {
  viewer: 'Viewer: reads everything but the audit log',
  operator: 'Operator: machines, policies, changes, rollouts',
  approver: 'Approver: signs changes and the trust root',
  admin: 'Admin: sets everything up, people too; approves nothing',
  auditor: 'Auditor: reads everything, the audit log too',
};

/** Adds a person and shows their sign-in link, once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<string[]>(['viewer']);
  const invite = useSend('invitePerson', ['listPeople']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ body: { name, roles: PERSON_ROLES.filter((role) => roles.includes(role)) } });
  };
  if (invite.data) {
    return (
      <Modal opened onClose={onClose} title={`${invite.data.person.name} is invited`} size="lg">
        <SignInLink url={invite.data.sign_in_url} expires_at={invite.data.expires_at} />
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Invite a person" size="lg">
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Name"
          data-autofocus
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label="Roles" value={roles} onChange={setRoles}>
          <div className="stack tight">
            {PERSON_ROLES.map((role) => (
              <Checkbox key={role} value={role} label={ROLE_WORDS[role]} />
            ))}
          </div>
        </Checkbox.Group>
        {invite.error !== null && <ProblemAlert error={invite.error} doing="invite the person" />}
        <div className="row">
          <Button type="submit" loading={invite.isPending} disabled={name.trim() === '' || roles.length === 0}>
            Invite {name.trim() || 'this person'}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
