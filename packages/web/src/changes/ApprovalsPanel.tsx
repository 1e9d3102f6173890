import type { Output } from '@fleetmend/api/client.ts';
import { CopyText, Digest } from '../ui/CopyText.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant, Instant } from '../ui/Instant.tsx';
import { LineList, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { plural } from './change-summary.ts';

type Change = Output<'readChange'>;

/** Who has signed, who still can, and what exactly is signed. */
export function ApprovalsPanel({ change }: { change: Change }) {
  return (
    <Panel title="Approvals" note={standing(change)} isFlush>
      <LineList label="Approvals">
        {change.approvals.map((approval) => (
          <li key={approval.key} className="stack tight">
            <div className="row">
              <StateBadge state={{ look: 'done', word: 'Signed' }} />
              <b>
                <HostText text={approval.person.name} />
              </b>
            </div>
            <span className="muted small">
              {approval.kind} <Digest value={approval.key} /> · <Instant at={approval.at} />
              {approval.is_author && ' · the author: counts only where nobody else is in the root'}
            </span>
          </li>
        ))}
        {change.state === 'in_review' && change.approvals_needed > 0 && (
          <li className="stack tight">
            <StateBadge state={{ look: 'waiting', word: `${change.approvals_needed} missing` }} />
            <span>
              {change.can_approve.length === 0
                ? 'Nobody can sign it: no key in the trust root is left. Settings shows whose keys are in it.'
                : 'Can sign: '}
              {change.can_approve.map((person, at) => (
                <span key={person.id}>
                  {at > 0 && ', '}
                  <HostText text={person.name} />
                </span>
              ))}
            </span>
          </li>
        )}
        {change.expires_at && (
          <li className="small muted">
            Expires <ExactInstant at={change.expires_at} />
          </li>
        )}
        {change.digest && (
          <li className="stack tight">
            <span className="small muted">Digest of the document that is signed</span>
            <code style={{ overflowWrap: 'anywhere' }}>{change.digest}</code>
          </li>
        )}
        {change.state === 'in_review' && (
          <li className="stack tight">
            <span className="small muted">With an SSH or Ed25519 key, from the command line:</span>
            <CopyText text={`fleetmend change approve ${change.id} --key ~/.ssh/id_ed25519`} name="approve command" />
          </li>
        )}
      </LineList>
    </Panel>
  );
}

function standing(change: Change): string {
  if (change.document === null)
    return change.state === 'planning' ? 'Nothing can be signed before there is a plan.' : 'There is no plan to sign.';
  const { quorum } = change.document;
  return `${plural(change.approvals.length, 'signature')} of ${plural(quorum, 'person', 'people')} needed.`;
}
