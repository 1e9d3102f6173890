import { Notice } from '../ui/Notice.tsx';

/** What to look at when a machine has been enrolled but never called. */
export function NeverReported() {
  return (
    <Notice look="unknown">
      <p>
        <b>This machine has never reported, so nothing about it is known.</b> In order of likelihood:
      </p>
      <ol>
        <li>
          The agent is not running: <code>fleetmend-agent run</code>
        </li>
        <li>The machine cannot reach this server’s address: name resolution, firewall, proxy</li>
        <li>The enrolment code was used up or older than an hour</li>
        <li>The machine’s clock is wrong</li>
      </ol>
    </Notice>
  );
}
