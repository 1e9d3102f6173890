import { Digest } from '../ui/CopyText.tsx';
import { formatDuration } from '../ui/format-time.ts';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { countPlan, type Document, formatBytes, plural } from './change-summary.ts';
import classes from './changes.module.css';

/** How far it reaches. */
export function BlastRadius({ document }: { document: Document }) {
  const counts = countPlan(document);
  return (
    <Panel title="Blast radius">
      <Facts
        facts={[
          ['Machines', counts.machines],
          ['Packages', `${counts.packages}, of them ${counts.added} new`],
          ['To fetch', formatBytes(counts.bytes)],
          ['Reboot', document.reboot === 'never' ? 'never' : 'where a machine needs it'],
          [
            'No way back',
            counts.without_rollback === 0 ? (
              'none'
            ) : (
              <span key="none" className="danger">
                {plural(counts.without_rollback, 'machine')}
              </span>
            ),
          ],
          [
            'Rings',
            document.rings.map((ring) => (
              <div key={ring.name} className={classes['ring']}>
                <b>{ring.name}</b>
                <span className="muted">
                  {plural(ring.assets.length, 'machine')}, {ring.max_in_flight} at once, then bakes{' '}
                  {formatDuration(ring.bake_seconds)}
                </span>
              </div>
            )),
          ],
        ]}
      />
    </Panel>
  );
}

/** What must hold, and when it may begin. */
export function GatesAndWindows({ document }: { document: Document }) {
  return (
    <Panel title="Gates and windows">
      <Facts
        facts={[
          [
            'Gates',
            document.gates.length === 0
              ? 'none: only the package manager and the next report are asked'
              : document.gates.map((gate) => (
                  <div key={gateWords(gate)}>
                    <HostText text={gateWords(gate)} />
                  </div>
                )),
          ],
          ['If one fails', document.on_gate_fail === 'rollback' ? 'roll back' : 'pause and ask'],
          [
            'Windows',
            document.windows.map((window) => (
              <div key={window.from}>
                <ExactInstant at={window.from} /> until <ExactInstant at={window.until} />
              </div>
            )),
          ],
          ['Trust root', `version ${document.root_version}`],
          ['Epoch', document.epoch],
          ['Policy text', <Digest key="policy" value={document.policy.sha256} />],
        ]}
      />
    </Panel>
  );
}

function gateWords(gate: Document['gates'][number]): string {
  return gate.kind === 'systemd' ? `${gate.unit} is active` : `${gate.url} answers ${gate.expect_status}`;
}
