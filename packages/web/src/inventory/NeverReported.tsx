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
          The agent is not running: <code>systemctl status fleetmend-agent</code>
        </li>
        <li>The machine cannot reach this server’s address: name resolution, firewall, proxy</li>
        <li>
          What its agent says of itself: <code>sudo fleetmend-agent doctor</code>
        </li>
        <li>The machine’s clock is wrong</li>
      </ol>
    </Notice>
  );
}
