import { Link } from '@tanstack/react-router';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import classes from './patches.module.css';

type Finding = Row<'listFindings'>;

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

const COLUMNS: readonly Column<Finding>[] = [
  {
    key: 'vulnerability',
    title: 'Vulnerability',
    kind: 'fit',
    cell: (finding) => (
      <>
        <b>{finding.vulnerability ?? 'Not named'}</b>
        {finding.is_known_exploited && <div className="danger">known exploited</div>}
      </>
    ),
  },
  {
    key: 'machine',
    title: 'Machine',
    kind: 'fit',
    cell: (finding) => (
      <Link to="/assets/$id" params={{ id: finding.asset }}>
        <HostText text={finding.hostname} />
      </Link>
    ),
  },
  {
    key: 'package',
    title: 'Installed',
    cell: (finding) => (
      <span className="mono">
        {finding.package} {finding.installed_version}
        {finding.fixed_version && <div className="muted">fixed in {finding.fixed_version}</div>}
      </span>
    ),
  },
  {
    key: 'evidence',
    title: 'How we know',
    cell: (finding) => (
      <ul className={classes['evidence']}>
        {finding.evidence.map((each) => (
          <li key={`${each.source} ${each.rule}`}>
            <b>
              <HostText text={each.source} />
            </b>
            : <HostText text={each.detail} /> <span className="muted">({each.rule})</span>
          </li>
        ))}
      </ul>
    ),
  },
  {
    key: 'signals',
    title: 'Signals',
    cell: (finding) => (
      <>
        <div>CVSS {finding.cvss ?? 'not known'}</div>
        <div>
          EPSS{' '}
          {finding.epss === null
            ? 'not known'
            : `${percent.format(finding.epss)}${finding.epss_percentile === null ? '' : `, above ${percent.format(finding.epss_percentile)}`}`}
        </div>
      </>
    ),
  },
  { key: 'detected', title: 'Found', kind: 'fit', cell: (finding) => <Instant at={finding.detected_at} /> },
];

/** What the patch clears, and how each is known. */
export function PatchFindings({ id }: { id: string }) {
  const pages = usePages('listFindings', { query: { patch: id } });
  return (
    <Panel title="Findings it clears" isFlush>
      <ListTable
        pages={pages}
        doing="read the findings"
        label="Findings"
        columns={COLUMNS}
        rowKey={(finding) => finding.id}
        empty={
          <Empty title="No open finding">
            This update clears no named vulnerability on a machine that has reported.
          </Empty>
        }
      />
    </Panel>
  );
}
