import type { Output } from '@fleetmend/api/client.ts';
import { formatInstant } from '../ui/format-time.ts';
import { HostText } from '../ui/HostText.tsx';
import { Empty, Facts, Panel } from '../ui/Panel.tsx';

type Policy = Output<'checkPolicy'>;

/** The policy as the server understands it, in words, with every default that was filled in. */
export function PolicyReadBack({ policy, isNew }: { policy: Policy | null; isNew: boolean }) {
  return (
    <Panel title="Read back">
      <div aria-live="polite">
        {policy === null ? (
          <Empty title={isNew ? 'Not read yet' : 'Changed since it was read'}>
            Check it to see its sentence, machines and next windows.
          </Empty>
        ) : (
          <div className="stack">
            <p>
              <b>
                <HostText text={policy.sentence} />
              </b>
            </p>
            <Facts facts={effective(policy)} />
          </div>
        )}
      </div>
    </Panel>
  );
}

function effective({ spec, asset_count, next_windows }: Policy): [string, React.ReactNode][] {
  const zone = spec.window?.tz ?? null;
  return [
    ['Machines', `${asset_count} now`],
    ['Selects', spec.select === '' ? 'every machine' : <code key="select">{spec.select}</code>],
    [
      'Rings',
      spec.rings.map((ring) => (
        <div key={ring.name}>
          <b>{ring.name}</b> {ring.select && <code>{ring.select}</code>}{' '}
          <span className="muted">
            {ring.max_in_flight} at once, bakes {ring.bake}
          </span>
        </div>
      )),
    ],
    ['Approvals', `${spec.approvals.quorum}, at least as many as the trust root asks`],
    [
      'Gates',
      spec.gates.length === 0
        ? 'none'
        : spec.gates.map((gate) => (
            <div key={gateKey(gate)}>
              <HostText text={gateKey(gate)} />
            </div>
          )),
    ],
    ['If a gate fails', spec.on_gate_fail === 'pause' ? 'pause and ask' : 'roll back'],
    ['Reboot', spec.reboot === 'never' ? 'never' : 'if needed'],
    [
      'Next windows',
      spec.window === null
        ? 'always open until you add a window'
        : next_windows.slice(0, 3).map((window) => (
            <div key={window.from}>
              {formatInstant(window.from, zone)}
              <div className="small muted">{formatInstant(window.from, null)} for you</div>
            </div>
          )),
    ],
  ];
}

function gateKey(gate: Policy['spec']['gates'][number]): string {
  return gate.kind === 'systemd' ? `${gate.unit} is active` : `${gate.url} answers ${gate.expect_status}`;
}
