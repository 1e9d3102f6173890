import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { MACHINE_COLUMN } from '../ui/machine-column.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { AdvisoryLink } from './AdvisoryLink.tsx';
import { installedColumn } from './finding-parts.tsx';
import { VexDocuments } from './VexDocuments.tsx';

type Answered = Row<'listAnsweredFindings'>;

const COLUMNS: readonly Column<Answered>[] = [
  {
    key: 'vulnerability',
    title: 'Vulnerability',
    kind: 'fit',
    cell: (finding) => <AdvisoryLink id={finding.vulnerability} />,
  },
  MACHINE_COLUMN,
  installedColumn,
  { key: 'why', title: 'Why it is none', cell: (finding) => <Reason finding={finding} /> },
  { key: 'since', title: 'Since', kind: 'fit', cell: (finding) => <Instant at={finding.answered_at} /> },
];

/** "Not affected: VEX by X, because Y." */
function Reason({ finding }: { finding: Answered }) {
  const reasons = [finding.justification?.replaceAll('_', ' '), finding.impact].filter(Boolean).join(': ');
  return (
    <>
      <b>{finding.status === 'fixed' ? 'Fixed' : 'Not affected'}</b>: VEX by{' '}
      <HostText text={finding.author || 'somebody it does not name'} />
      {reasons !== '' && (
        <>
          , because <HostText text={reasons} />
        </>
      )}
      {finding.stated_at !== null && (
        <div className="small muted">
          stated <Instant at={finding.stated_at} />
        </div>
      )}
    </>
  );
}

/** What does not affect us, and who says so? */
export function VexPage() {
  const pages = usePages('listAnsweredFindings', {}, { every: 15_000 });
  return (
    <Page
      title="VEX"
      lead="What others have said does not affect us. A finding that a document answers is not open, and counts in no rank."
      asOf={pages.dataUpdatedAt}
    >
      <VexDocuments />
      <Panel title="Answered findings" isFlush>
        <ListTable
          pages={pages}
          doing="read the answered findings"
          label="Answered findings"
          columns={COLUMNS}
          rowKey={(finding) => `${finding.asset} ${finding.vulnerability} ${finding.package}`}
          empty={<Empty title="No finding is answered" />}
        />
      </Panel>
      <p>
        What is open here and what is answered, as one VEX document of ours:{' '}
        <a href="/api/v1/vex/export?format=openvex" download="openvex.json">
          OpenVEX
        </a>
        ,{' '}
        <a href="/api/v1/vex/export?format=csaf" download="csaf.json">
          CSAF
        </a>
        ,{' '}
        <a href="/api/v1/vex/export?format=cyclonedx" download="cyclonedx.json">
          CycloneDX
        </a>
        .
      </p>
    </Page>
  );
}
