import { SIGNATURE_FAULTS } from '../access/verify-signature.ts';

/** Every reason for which a host refuses an order: stable code and the sentence people read. */
export const REFUSALS = {
  'observe-only': 'No trust root is pinned on this machine, so it only observes.',
  'document-malformed': 'The change document is not valid, or not in its canonical form.',
  'organization-mismatch': 'The change is of another organisation.',
  'root-older': 'The change was signed under an older trust root than this machine follows.',
  'root-newer': 'The change was signed under a trust root this machine has not followed to.',
  'order-id-mismatch': 'The order does not carry the id of what it asks for.',
  'asset-mismatch': 'The order is for another machine.',
  'rings-inconsistent': 'The rings of the change do not hold each of its machines exactly once.',
  'not-a-target': 'The change does not name this machine.',
  'key-mismatch': 'The change names this machine with another key.',
  'windows-malformed': 'A window of the change ends before it begins.',
  'validity-too-long': 'The change is valid for longer than 31 days.',
  'not-yet-valid': 'The first window of the change has not begun.',
  expired: 'The last window of the change has ended.',
  'outside-window': 'The change may not run now; its next window has not begun.',
  'lease-expired': 'The order waited longer than it may.',
  'epoch-stale': 'This machine has accepted a newer change since.',
  'reboot-not-allowed': 'The change forbids a reboot.',
  'rollback-not-possible': 'The change says that there is no way back.',
  'no-rollback-consent': 'The change has no way back and its author has not consented to that.',
  ...SIGNATURE_FAULTS,
  'signer-unknown': 'A signature is of a key that the trust root does not name, or no longer names.',
  'signer-is-author': 'Too few people beside the author have signed; nobody approves their own change.',
  'quorum-below-root': 'The change asks for fewer approvals than the trust root.',
  'quorum-not-met': 'Too few people have signed the change.',
  'duplicate-operation': 'The change moves one package twice.',
  'too-many-operations': 'The change moves more packages than this machine allows at once.',
  'package-protected': 'The change moves a package that this machine protects.',
  'rollback-inconsistent': 'The way back of the change is not the reverse of its way forward.',
  'moves-backwards': 'An installation would move a package backwards.',
  'package-not-installed': 'A package that the change moves is not installed.',
  'version-differs': 'A package is installed in another version than the change says.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** A refusal with what exactly was wrong. */
export interface Refusal {
  code: RefusalCode;
  detail: string;
}

/** A refusal in its sentence, with the particulars behind it. They may quote the server, so nothing unprintable is kept. */
export function refuse(code: RefusalCode, particulars = ''): Refusal {
  const detail = particulars === '' ? REFUSALS[code] : `${REFUSALS[code]} ${particulars}`;
  return { code, detail: detail.replace(/\p{Cc}/gu, ' ').slice(0, 1000) };
}
