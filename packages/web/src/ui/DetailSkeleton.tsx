import { Skeleton } from '@mantine/core';

/** A detail page's own layout while it is read: a wide column, and where `hasSide` a narrow one. */
export function DetailSkeleton({ hasSide = false }: { hasSide?: boolean }) {
  const wide = (
    <div className="stack">
      <Skeleton height={20} width="60%" />
      <Skeleton height={300} radius={8} />
      <Skeleton height={180} radius={8} />
    </div>
  );
  if (!hasSide) return wide;
  return (
    <div className="columns">
      {wide}
      <div className="stack">
        <Skeleton height={210} radius={8} />
        <Skeleton height={240} radius={8} />
      </div>
    </div>
  );
}
