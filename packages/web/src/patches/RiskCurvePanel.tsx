import type { Output } from '@fleetmend/api/client.ts';
import { percentOf } from '@fleetmend/domain/patches/risk-curve.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRead } from '../client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { RiskCurve } from './RiskCurve.tsx';

type Curve = Output<'readRiskCurve'>;
type Point = Curve['points'][number];

const COLUMNS: readonly Column<Point & { at: number }>[] = [
  { key: 'at', title: 'No.', kind: 'fit', cell: ({ at }) => at },
  {
    key: 'patch',
    title: 'Patch',
    cell: (point) => (
      <Link to="/patches/$id" params={{ id: point.patch }}>
        <HostText text={`${point.source} ${point.to_version}`} />
      </Link>
    ),
  },
  { key: 'decision', title: 'Decision', kind: 'fit', cell: ({ decision }) => <DecisionBadge decision={decision} /> },
  { key: 'rank', title: 'Rank', kind: 'end', cell: ({ rank }) => rank },
  { key: 'gain', title: 'Removes', kind: 'end', cell: ({ gain_share }) => percentOf(gain_share, 1) },
  { key: 'together', title: 'Together', kind: 'end', cell: ({ removed_share }) => percentOf(removed_share, 1) },
];

/** The smallest set of patches that removes most of the risk: as a sentence, and on request as a curve and a table. */
export function RiskCurvePanel() {
  const query = useRead('readRiskCurve', {}, { every: 60_000 });
  const [isOpen, setOpen] = useState(false);
  const curve = query.data;
  if (query.error !== null)
    return <ProblemAlert error={query.error} doing="compute the risk curve" onRetry={() => void query.refetch()} />;
  if (curve === undefined || curve.points.length === 0) return null;
  return (
    <Panel
      title="The few that remove most"
      note={<Note curve={curve} />}
      actions={
        <Button variant="default" size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide the curve' : 'Show the curve'}
        </Button>
      }
      isFlush
    >
      {isOpen && (
        <>
          <RiskCurve curve={curve} />
          <DataTable
            label={`The first ${curve.count} patches of the curve`}
            columns={COLUMNS}
            rows={curve.points.slice(0, curve.count).map((point, index) => ({ ...point, at: index + 1 }))}
            rowKey={({ patch }) => patch}
            empty={null}
          />
        </>
      )}
    </Panel>
  );
}

function Note({ curve: { sentence, not_counted } }: { curve: Curve }) {
  const rest = not_counted === 1 ? '1 finding is' : `${not_counted} findings are`;
  return (
    <>
      <HostText text={sentence} />
      {not_counted > 0 && ` ${rest} not counted: nobody tells how likely they are to be exploited.`}
    </>
  );
}
