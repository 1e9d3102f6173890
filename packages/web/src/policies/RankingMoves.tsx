import type { Output } from '@fleetmend/api/client.ts';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';

type Preview = Output<'previewRanking'>;
type Move = Preview['moves'][number];

const COLUMNS: readonly Column<Move>[] = [
  {
    key: 'rank',
    title: 'Rank',
    kind: 'fit',
    cell: ({ from, to }) => (
      <>
        {from.rank} → <b>{to.rank}</b> <span className="muted">{direction(from.rank, to.rank)}</span>
      </>
    ),
  },
  {
    key: 'patch',
    title: 'Patch',
    cell: (move) => (
      <Link to="/patches/$id" params={{ id: move.patch }}>
        <HostText text={`${move.source} ${move.to_version}`} />
      </Link>
    ),
  },
  {
    key: 'decision',
    title: 'Decision',
    cell: ({ from, to }) => (
      <span className="row">
        {from.decision !== to.decision && (
          <>
            <DecisionBadge decision={from.decision} /> →
          </>
        )}
        <DecisionBadge decision={to.decision} />
      </span>
    ),
  },
  { key: 'score', title: 'Score', kind: 'end', cell: ({ from, to }) => `${from.score} → ${to.score}` },
];

function direction(from: number, to: number): string {
  if (from === to) return 'same place';
  return to < from ? 'raised' : 'lowered';
}

/** Which patches would move, before anything is kept. */
export function RankingMoves({ preview: { moved, of, moves } }: { preview: Preview }) {
  const rest = moved > moves.length ? ` The first ${moves.length} are shown.` : '';
  return (
    <Panel title="What would move" note={`${moved} of ${of} patches.${rest} Nothing is kept yet.`} isFlush>
      <DataTable
        label="What would move"
        columns={COLUMNS}
        rows={moves}
        rowKey={({ patch }) => patch}
        empty={<Empty title="Nothing would move">Every patch keeps its decision and its place.</Empty>}
      />
    </Panel>
  );
}
