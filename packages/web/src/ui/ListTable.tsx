import { Button } from '@mantine/core';
import type { ComponentProps } from 'react';
import { type Column, DataTable } from './DataTable.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import classes from './table.module.css';

interface Pages<Row> {
  rows: Row[] | undefined;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
  refetch(): Promise<unknown>;
}

/** A table over a paged list: its rows, what failed, how many are shown, and the next page on request. */
export function ListTable<Row>({
  pages,
  doing,
  ...table
}: {
  pages: Pages<Row>;
  doing: string;
  label: string;
  columns: readonly Column<Row>[];
  rowKey(row: Row): string;
  empty: React.ReactNode;
  selection?: NonNullable<ComponentProps<typeof DataTable>['selection']>;
}) {
  const { rows, error } = pages;
  const failure = error ? (
    <div className={classes['pad']}>
      <ProblemAlert error={error} doing={doing} onRetry={() => void pages.refetch()} />
    </div>
  ) : null;
  if (failure && rows === undefined) return failure;
  return (
    <>
      {failure}
      <DataTable {...table} rows={rows} />
      {rows !== undefined && rows.length > 0 && (
        <div className={classes['more']}>
          <span role="status">
            {rows.length} shown{pages.hasNextPage ? ', more to come' : ', that is all'}
          </span>
          {pages.hasNextPage && (
            <Button
              variant="default"
              size="xs"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              Load more
            </Button>
          )}
        </div>
      )}
    </>
  );
}
