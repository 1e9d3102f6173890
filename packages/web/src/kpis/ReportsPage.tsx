import type { Output } from '@fleetmend/api/client.ts';
import { Skeleton } from '@mantine/core';
import { useRead } from '../client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { formatKpi } from './format-kpi.ts';
import classes from './kpis.module.css';

type Kpi = Output<'listKpis'>['data'][number];

/** Are we getting better? Each figure with its formula and the rows it was counted from. */
export function ReportsPage() {
  const query = useRead('listKpis', {});
  return (
    <Page
      title="Reports"
      lead="Every figure with its definition, what it divides by what, and the rows themselves."
      asOf={query.dataUpdatedAt}
    >
      {query.error !== null && (
        <ProblemAlert error={query.error} doing="read the figures" onRetry={() => void query.refetch()} />
      )}
      {query.isPending && ['1', '2', '3'].map((each) => <Skeleton key={each} height={180} radius={8} />)}
      {query.data?.data.map((kpi) => (
        <KpiPanel key={kpi.id} kpi={kpi} />
      ))}
    </Page>
  );
}

function KpiPanel({ kpi }: { kpi: Kpi }) {
  const columns: readonly Column<Kpi['rows'][number]>[] = [
    { key: 'subject', title: 'Row', cell: (row) => <HostText text={row.subject} /> },
    { key: 'counted', title: 'Counted as', cell: (row) => <HostText text={row.counted} /> },
    ...(kpi.unit === 'seconds'
      ? [
          {
            key: 'value',
            title: 'Value',
            kind: 'end' as const,
            cell: (row: Kpi['rows'][number]) => formatKpi(row.value, kpi.unit),
          },
        ]
      : []),
    { key: 'at', title: 'When', kind: 'end', cell: (row) => (row.at ? <ExactInstant at={row.at} /> : null) },
  ];
  return (
    <Panel title={kpi.title} note={kpi.definition} isFlush>
      <div className={classes['kpi']}>
        <span className={classes['kpiValue']}>
          {formatKpi(kpi.value, kpi.unit)}
          {kpi.unit === 'seconds' && kpi.value !== null && <small> mean</small>}
        </span>
        <dl className={classes['spread']}>
          {spread(kpi).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <DataTable
        label={`Rows of ${kpi.title}`}
        columns={columns}
        rows={kpi.rows}
        rowKey={(row) => `${row.subject} ${row.counted} ${row.at}`}
        empty={<Empty title="No rows yet">The figure stays “no data” until there is something to count.</Empty>}
      />
    </Panel>
  );
}

function spread(kpi: Kpi): [string, string][] {
  if (kpi.unit === 'seconds') {
    return [
      ['Median', formatKpi(kpi.median, 'seconds')],
      ['90th percentile', formatKpi(kpi.p90, 'seconds')],
      ['Counted rows', String(kpi.denominator ?? 0)],
    ];
  }
  return [
    ['Counted', String(kpi.numerator ?? 0)],
    ['Out of', String(kpi.denominator ?? 0)],
  ];
}
