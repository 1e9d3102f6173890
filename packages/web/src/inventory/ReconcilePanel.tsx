import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { useRead, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, Facts, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import classes from './inventory.module.css';
import { PairDecisions } from './PairDecisions.tsx';
import { writeLabels } from './parse-labels.ts';

type Duplicate = Output<'listDuplicates'>['data'][number];
type Twin = Duplicate['older'];

const TOUCHED = ['listDuplicates', 'listPairDecisions', 'listAssets', 'readOverview'] as const;
const EVIDENCE_WORDS: Record<Duplicate['evidence'][number]['kind'], string> = {
  machine_id: 'Same machine id',
  mac_address: 'Same network card',
  hostname: 'Same host name',
  short_name: 'Same name without its domain',
};

/** Records that may be one machine, side by side, with the evidence; and what was decided about others. */
export function ReconcilePanel() {
  const query = useRead('listDuplicates', { query: {} }, { every: 30_000 });
  const found = query.data;
  return (
    <>
      <Panel
        title="Possible duplicates"
        note={found && found.total > found.data.length ? `${found.data.length} of ${found.total} shown` : undefined}
      >
        {query.error !== null && (
          <ProblemAlert error={query.error} doing="look for duplicates" onRetry={() => void query.refetch()} />
        )}
        {found?.data.length === 0 && (
          <Empty title="No two records look like one machine">
            They are compared by machine id, network card and name each time this page is read.
          </Empty>
        )}
        <div className="stack">
          {found?.data.map((pair) => (
            <Pair key={`${pair.older.id} ${pair.newer.id}`} pair={pair} />
          ))}
        </div>
      </Panel>
      <PairDecisions />
    </>
  );
}

function Pair({ pair }: { pair: Duplicate }) {
  const canWrite = useCan('assets:write');
  const [isMerging, setMerging] = useState(false);
  const decide = useSend('decidePair', TOUCHED);
  const { merge, older, newer } = pair;
  const apart = () => decide.mutate({ body: { kind: 'kept_apart', kept: older.id, other: newer.id } });
  return (
    <article className={classes['pair']} aria-label={`${older.hostname} and ${newer.hostname}`}>
      <p>
        <b>{pair.sentence}</b>
      </p>
      <p className="small muted">
        {pair.evidence.map(({ kind, detail }, at) => (
          <span key={kind + detail}>
            {at > 0 && ' · '}
            {EVIDENCE_WORDS[kind]}: <HostText text={detail} />
          </span>
        ))}
      </p>
      <div className={classes['twins']}>
        <Record title={merge?.kept === older.id ? 'Stays' : 'Older record'} twin={older} />
        <Record title={merge?.kept === newer.id ? 'Stays' : 'Newer record'} twin={newer} />
      </div>
      {decide.error !== null && !isMerging && <ProblemAlert error={decide.error} doing="keep them apart" />}
      {canWrite && (
        <div className="row">
          {merge !== null && (
            <Button size="xs" onClick={() => setMerging(true)}>
              Merge
            </Button>
          )}
          <Button size="xs" variant="default" loading={decide.isPending && !isMerging} onClick={apart}>
            Keep apart
          </Button>
        </div>
      )}
      {isMerging && merge !== null && (
        <ConfirmDialog
          title="Merge two records"
          summary={
            <p>
              The record that was enrolled{' '}
              <Instant at={merge.retired === older.id ? older.enrolled_at : newer.enrolled_at} /> is retired: its key is
              refused from now on. What people said of it is taken over where nobody has said it of the one that stays.
              You have 30 days to take it back.
            </p>
          }
          action="Merge 2 records"
          isBusy={decide.isPending}
          error={decide.error}
          doing="merge the records"
          onConfirm={() =>
            decide.mutate(
              { body: { kind: 'merged', kept: merge.kept, other: merge.retired } },
              { onSuccess: ({ kept }) => announce(`Merged into ${kept.hostname}`) },
            )
          }
          onClose={() => setMerging(false)}
        />
      )}
    </article>
  );
}

function Record({ title, twin }: { title: string; twin: Twin }) {
  return (
    <section aria-label={`${title}: ${twin.hostname}`}>
      <p className="small muted">{title}</p>
      <p>
        <Link to="/assets/$id" params={{ id: twin.id }} className={classes['host']}>
          <HostText text={twin.hostname} />
        </Link>
      </p>
      <Facts
        facts={[
          ['Last report', <Instant key="seen" at={twin.last_check_in_at} />],
          ['Liveness', twin.liveness],
          ['Enrolled', <Instant key="enrolled" at={twin.enrolled_at} />],
          ['System', twin.os === null ? 'not reported' : <HostText key="os" text={twin.os} />],
          ['Machine id', <HostText key="machine" text={twin.machine_id} />],
          ['Owner', twin.owner ?? 'nobody'],
          ['Labels', <HostText key="labels" text={writeLabels(twin.labels).replaceAll('\n', ' ') || 'none'} />],
        ]}
      />
    </section>
  );
}
