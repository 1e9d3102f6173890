import { Checkbox, Skeleton } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type ReactNode, useCallback, useState } from 'react';
import classes from './table.module.css';

export interface Column<Row> {
  key: string;
  /** Always given, for screen readers and cards; `isTitleHidden` keeps it from sight. */
  title: string;
  isTitleHidden?: boolean;
  /** `end`: numbers. `fit`: as narrow as its content. */
  kind?: 'end' | 'fit';
  cell(row: Row): ReactNode;
}

interface Selection {
  selected: ReadonlySet<string>;
  /** What one row is called, as in "Select openssl". */
  name(id: string): string;
  onChange(selected: Set<string>): void;
}

/** Rows as a table, as cards when narrow, and as a skeleton of itself while `rows` is undefined. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  selection,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey(row: Row): string;
  empty: ReactNode;
  selection?: Selection;
}) {
  const { ref, width } = useRoom();
  const isNarrow = width > 0 && width < Math.max(LEAST_ROOM, columns.length * ROOM_PER_COLUMN);
  if (rows?.length === 0) return empty;
  const ids = rows?.map(rowKey) ?? [];
  const isAll = selection !== undefined && ids.length > 0 && ids.every((id) => selection.selected.has(id));
  return (
    <section ref={ref} className={classes['scroll']} aria-label={`${label}, table`}>
      <table
        className={classes['table']}
        data-cards={isNarrow || undefined}
        aria-label={label}
        aria-busy={rows === undefined}
      >
        <thead>
          <tr>
            {selection && (
              <th scope="col" className={classes['fit']}>
                <Checkbox
                  size="xs"
                  aria-label={`Select all ${ids.length} shown`}
                  checked={isAll}
                  indeterminate={!isAll && ids.some((id) => selection.selected.has(id))}
                  onChange={() => selection.onChange(isAll ? new Set() : new Set(ids))}
                />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.kind && classes[column.kind]}>
                {column.isTitleHidden ? <span className="visually-hidden">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? SKELETON_ROWS.map((row) => <SkeletonRow key={row} cells={columns.length + (selection ? 1 : 0)} />)
            : rows.map((row) => (
                <BodyRow key={rowKey(row)} row={row} id={rowKey(row)} columns={columns} selection={selection} />
              ))}
        </tbody>
      </table>
    </section>
  );
}

/** The width at hand, also before the first frame: a table that is too wide for its room is never seen as one. */
function useRoom() {
  const [first, setFirst] = useState(0);
  const { ref, width } = useElementSize<HTMLElement>();
  const measure = useCallback((node: HTMLElement | null) => setFirst(node?.clientWidth ?? 0), []);
  return { ref: useMergedRef(ref, measure), width: width || first };
}

// Pixels a column needs on average to be read without breaking every word.
const ROOM_PER_COLUMN = 118;
const LEAST_ROOM = 480;

const SKELETON_ROWS = ['1', '2', '3', '4', '5', '6'];

function SkeletonRow({ cells }: { cells: number }) {
  return (
    <tr>
      {Array.from({ length: cells }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <td key={at}>
          <Skeleton height={14} my={2} />
        </td>
      ))}
    </tr>
  );
}

function BodyRow<Row>({
  row,
  id,
  columns,
  selection,
}: {
  row: Row;
  id: string;
  columns: readonly Column<Row>[];
  selection: Selection | undefined;
}) {
  const isSelected = selection?.selected.has(id) ?? false;
  const toggle = () => {
    const next = new Set(selection?.selected);
    if (!next.delete(id)) next.add(id);
    selection?.onChange(next);
  };
  return (
    <tr data-selected={isSelected}>
      {selection && (
        <td className={classes['fit']}>
          <Checkbox size="xs" aria-label={`Select ${selection.name(id)}`} checked={isSelected} onChange={toggle} />
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.key}
          className={column.kind && classes[column.kind]}
          data-title={column.isTitleHidden ? '' : column.title}
        >
          <div className={classes['value']}>{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
}
