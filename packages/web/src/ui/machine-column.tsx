import { Link } from '@tanstack/react-router';
import type { Column } from './DataTable.tsx';
import { HostText } from './HostText.tsx';

/** The machine that a row is about, and the way to it. */
export const MACHINE_COLUMN: Column<{ asset: string; hostname: string }> = {
  key: 'machine',
  title: 'Machine',
  kind: 'fit',
  cell: (row) => (
    <Link to="/assets/$id" params={{ id: row.asset }}>
      <HostText text={row.hostname} />
    </Link>
  ),
};
