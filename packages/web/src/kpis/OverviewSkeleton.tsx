import { Skeleton } from '@mantine/core';
import { Panel } from '../ui/Panel.tsx';

/** The overview's own layout, empty, while it is read. */
export function OverviewSkeleton() {
  return (
    <>
      <Panel title="Needs you">
        <div className="stack tight">
          <Skeleton height={18} width="70%" />
          <Skeleton height={18} width="55%" />
        </div>
      </Panel>
      <div className="tiles">
        {['act', 'attend', 'track_star', 'track'].map((decision) => (
          <Skeleton key={decision} height={92} radius={8} />
        ))}
      </div>
      <Panel title="Fleet">
        <Skeleton height={48} />
      </Panel>
    </>
  );
}
