import type { Output } from '@fleetmend/api/client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { formatPercent } from '../ui/format-number.ts';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Panel } from '../ui/Panel.tsx';
import { AdvisoryLink } from './AdvisoryLink.tsx';

type Vulnerability = Output<'readAdvisory'>['vulnerabilities'][number];

const COLUMNS: readonly Column<Vulnerability>[] = [
  {
    key: 'id',
    title: 'Vulnerability',
    kind: 'fit',
    cell: (each) => (
      <>
        <b>
          <AdvisoryLink id={each.id} />
        </b>
        {each.is_rejected && <div className="small">rejected by the CVE programme</div>}
      </>
    ),
  },
  {
    key: 'kev',
    title: 'Known exploited',
    cell: ({ known_exploited: kev }) =>
      kev === null ? (
        'not in KEV'
      ) : (
        <>
          <span className="danger">in KEV since {kev.date_added}</span>
          {kev.is_ransomware && <div>used by ransomware</div>}
          {kev.due_date && <div className="small muted">CISA’s date: {kev.due_date}</div>}
        </>
      ),
  },
  {
    key: 'epss',
    title: 'EPSS',
    cell: ({ epss }) =>
      epss === null
        ? 'not known'
        : `${formatPercent(epss.score)} within 30 days, above ${formatPercent(epss.percentile)} of all`,
  },
  { key: 'cvss', title: 'CVSS', cell: (each) => <Cvss of={each} /> },
  { key: 'ssvc', title: 'CISA’s decision points', cell: ({ ssvc }) => <Ssvc points={ssvc} /> },
  {
    key: 'published',
    title: 'Published',
    kind: 'fit',
    cell: (each) => <Instant at={each.published} never="not known" />,
  },
];

function Cvss({ of: { cvss, severity } }: { of: Vulnerability }) {
  if (cvss === null) {
    return severity === null ? (
      'not known'
    ) : (
      <>
        no score; <HostText text={`${severity.word}, says ${severity.source}`} />
      </>
    );
  }
  return (
    <>
      <b>{cvss.score}</b> {cvss.severity}
      <div className="mono small breakable">{cvss.vector}</div>
      <div className="small muted">
        <HostText text={`${cvss.source}: ${cvss.because}`} />
      </div>
    </>
  );
}

function Ssvc({ points }: { points: Vulnerability['ssvc'] }) {
  if (points === null) return 'not assessed';
  const said = [
    `exploitation: ${points.exploitation?.replaceAll('_', ' ') ?? 'not said'}`,
    `automatable: ${points.automatable ?? 'not said'}`,
    `technical impact: ${points.technical_impact ?? 'not said'}`,
  ];
  return said.map((each) => <div key={each}>{each}</div>);
}

/** What is known of each vulnerability itself, from all feeds together. */
export function VulnerabilitiesPanel({
  vulnerabilities,
  own,
}: {
  vulnerabilities: readonly Vulnerability[];
  own: string;
}) {
  const isOwn = vulnerabilities.length === 1 && vulnerabilities[0]?.id === own;
  return (
    <Panel title={isOwn ? 'What is known of it' : `What it is about (${vulnerabilities.length})`} isFlush>
      <DataTable
        label="Vulnerabilities"
        columns={COLUMNS}
        rows={vulnerabilities}
        rowKey={(each) => each.id}
        empty={null}
      />
    </Panel>
  );
}
