import { Button } from '@mantine/core';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Panel } from '../ui/Panel.tsx';

type Version = Row<'listRankingVersions'>;

/** Every version, who wrote it and when; those who may write can begin from any. */
export function RankingVersions({
  standing,
  canLoad,
  onLoad,
}: {
  standing: number;
  canLoad: boolean;
  onLoad: (version: Version) => void;
}) {
  const pages = usePages('listRankingVersions', { query: { limit: 20 } });
  const columns: readonly Column<Version>[] = [
    {
      key: 'version',
      title: 'Version',
      kind: 'fit',
      cell: ({ version }) => (
        <>
          <b>{version}</b> {version === standing && 'ranks now'}
        </>
      ),
    },
    {
      key: 'by',
      title: 'Written by',
      cell: ({ written_by }) =>
        written_by === null ? <span className="muted">the program’s own</span> : <HostText text={written_by} />,
    },
    {
      key: 'written',
      title: 'Written',
      kind: 'fit',
      cell: ({ written_at }) => <Instant at={written_at} never="with the program" />,
    },
    { key: 'most', title: 'Most points', kind: 'end', cell: ({ most_points }) => most_points },
    ...(canLoad ? [loading(onLoad)] : []),
  ];
  return (
    <Panel title="Versions" note="None is ever changed: an explanation names the one that it was made with." isFlush>
      <ListTable
        pages={pages}
        doing="read the versions"
        label="Versions of the ranking"
        columns={columns}
        rowKey={({ version }) => String(version)}
        empty={null}
      />
    </Panel>
  );
}

function loading(load: (version: Version) => void): Column<Version> {
  return {
    key: 'load',
    title: 'Load',
    isTitleHidden: true,
    kind: 'fit',
    cell: (each) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Load version ${each.version}`}
        onClick={() => load(each)}
      >
        Load
      </Button>
    ),
  };
}
