import type { Row } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { formatPercent } from '../ui/format-number.ts';
import { Instant } from '../ui/Instant.tsx';
import { MACHINE_COLUMN } from '../ui/machine-column.tsx';
import { AdvisoryLink } from './AdvisoryLink.tsx';
import { evidenceColumn, installedColumn, stateColumn } from './finding-parts.tsx';

type Finding = Row<'listFindings'>;

/** A finding: what, where, in which state, how we know, and what is known of the vulnerability. */
export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  {
    key: 'vulnerability',
    title: 'Vulnerability',
    kind: 'fit',
    cell: (finding) => (
      <>
        <b>{finding.vulnerability === null ? 'Not named' : <AdvisoryLink id={finding.vulnerability} />}</b>
        {finding.is_known_exploited && <div className="danger">known exploited</div>}
      </>
    ),
  },
  MACHINE_COLUMN,
  installedColumn,
  stateColumn,
  evidenceColumn,
  {
    key: 'signals',
    title: 'Signals',
    cell: (finding) => (
      <>
        <div>CVSS {finding.cvss ?? 'not known'}</div>
        <div>EPSS {describeEpss(finding)}</div>
      </>
    ),
  },
  { key: 'detected', title: 'Found', kind: 'fit', cell: (finding) => <Instant at={finding.detected_at} /> },
];

function describeEpss({ epss, epss_percentile }: Finding): string {
  if (epss === null) return 'not known';
  const place = epss_percentile === null ? '' : `, above ${formatPercent(epss_percentile)}`;
  return `${formatPercent(epss)}${place}`;
}
