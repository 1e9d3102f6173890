import { Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { RankingEditor } from './RankingEditor.tsx';

/** How many points does each factor give, who said so, and what would other weights move? */
export function RankingPage() {
  const query = useRead('readRanking', {}, { every: 30_000 });
  const ranking = query.data;
  return (
    <Page
      title="Ranking"
      crumb={<Link to="/policies">Policies</Link>}
      lead={
        <>
          <p>The decision (act, attend, track*, track) comes first and has no weights. Points order only inside it.</p>
          {ranking && (
            <p>
              <b>Version {ranking.version}</b>,{' '}
              {ranking.written_by === null ? (
                'the program’s own'
              ) : (
                <>
                  written by <HostText text={ranking.written_by} /> <Instant at={ranking.written_at} />
                </>
              )}
              . All factors together give {ranking.most_points} points at most.
            </p>
          )}
        </>
      }
      asOf={query.dataUpdatedAt}
    >
      {query.error !== null && (
        <ProblemAlert error={query.error} doing="read the ranking" onRetry={() => void query.refetch()} />
      )}
      {ranking === undefined ? query.isPending && <DetailSkeleton hasSide /> : <RankingEditor standing={ranking} />}
    </Page>
  );
}
