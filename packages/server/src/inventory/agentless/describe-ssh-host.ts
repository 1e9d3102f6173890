import type { Output } from '@fleetmend/api/client.ts';
import { SSH_PROBLEMS, type SshState, sshState } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import type { SshHostRow } from './ssh-host.store.ts';
import { fingerprintOf } from './ssh-host-key.ts';

/** What root runs on the machine to see the fingerprint; OpenSSH names the file by the kind of key. */
function ownWord(key: string): string {
  const kind = /^ssh-(\w+)|^(ecdsa)/.exec(key)?.slice(1).find(Boolean) ?? 'ed25519';
  return `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`;
}

const NEXT_STEPS: Readonly<Record<SshState, string>> = {
  contacting: 'Nothing: it is being contacted.',
  unconfirmed: 'Compare the fingerprint with what the machine itself says, and confirm it:',
  key_changed:
    'Find out why its host key is another one. If it was set up anew, compare and confirm; if not, somebody may be in between:',
  failing: 'See what it says; it is tried again when it is due.',
  reading: 'Nothing: it is read when it is due.',
};

/** A machine without an agent as the API shows it. */
export function describeSshHost(row: SshHostRow): Output<'readSshHost'> {
  const { asset: id, host_key, confirmed_by, confirmed_at, seen_key, seen_at, problem, problem_detail, ...rest } = row;
  const { name, address, port, user_name, tried_at, read_at, due_at, logins, reads, whole_reads } = rest;
  const state = sshState(row);
  return {
    id,
    name,
    address,
    port,
    user_name,
    state,
    host_key:
      host_key === null || confirmed_by === null || confirmed_at === null
        ? null
        : { ...keyOf(host_key), confirmed_by, confirmed_at },
    seen_key: seen_key === null || seen_at === null ? null : { ...keyOf(seen_key), seen_at },
    problem: problem === null ? null : { code: problem, text: SSH_PROBLEMS[problem], detail: problem_detail ?? '' },
    next_step: seen_key === null ? NEXT_STEPS[state] : `${NEXT_STEPS[state]} ${ownWord(seen_key)}`,
    tried_at,
    read_at,
    due_at,
    logins,
    reads,
    whole_reads,
  };
}

function keyOf(key: string): { type: string; fingerprint: string } {
  return { type: key.split(' ')[0] ?? '', fingerprint: fingerprintOf(key) };
}
