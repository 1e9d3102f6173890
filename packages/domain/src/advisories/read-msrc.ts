/** An update of Microsoft's: what it replaces, and what a machine is once it is there. */
export interface VendorUpdate {
  /** Number without `KB`; empty where a row names no update. */
  kb: string;
  /** Numbers of the updates this one replaces. */
  supersedes: string[];
  /** The build that a machine of this product has once the update is there; null where the row does not tell. */
  fixed_build: string | null;
}

/** One row of Microsoft's updates as a table: a vulnerability, the update that ends it, on one product. */
export interface MsrcRow extends VendorUpdate {
  cve: string;
  product: string;
  component: string;
  severity: string;
  impact: string;
}

const COLUMNS = [
  'CVE',
  'BulletinKB',
  'AffectedProduct',
  'AffectedComponent',
  'Severity',
  'Impact',
  'Supersedes',
] as const;
type Column = (typeof COLUMNS)[number];
export type MsrcColumns = Readonly<Record<Column, number>>;

/** Where the columns stand, by the heading of the table; null when one is missing. */
export function readMsrcHeading(line: string): MsrcColumns | null {
  const names = splitCsv(line);
  const at = (column: Column) => names.indexOf(column);
  if (COLUMNS.some((column) => at(column) === -1)) return null;
  return {
    CVE: at('CVE'),
    BulletinKB: at('BulletinKB'),
    AffectedProduct: at('AffectedProduct'),
    AffectedComponent: at('AffectedComponent'),
    Severity: at('Severity'),
    Impact: at('Impact'),
    Supersedes: at('Supersedes'),
  };
}

/** Reads one row, or null for a comment or a line that has fewer columns than the heading. */
export function readMsrcRow(columns: MsrcColumns, line: string): MsrcRow | null {
  if (line.startsWith('#')) return null;
  const cells = splitCsv(line);
  const cell = (column: Column) => cells[columns[column]] ?? '';
  if (cells.length <= Math.max(...Object.values(columns))) return null;
  return {
    cve: cell('CVE'),
    kb: cell('BulletinKB'),
    product: cell('AffectedProduct'),
    component: cell('AffectedComponent'),
    severity: cell('Severity'),
    impact: cell('Impact'),
    supersedes:
      cell('Supersedes') === ''
        ? []
        : cell('Supersedes')
            .split(';')
            .filter((each) => each !== ''),
    fixed_build: null,
  };
}

/** The cells of a line of CSV (RFC 4180): `"` around a cell, `""` for one in it. */
function splitCsv(line: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] !== '"') {
      const comma = line.indexOf(',', at);
      const end = comma === -1 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end + 1;
      continue;
    }
    let end = line.indexOf('"', at + 1);
    while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
    if (end === -1) end = line.length;
    const cell = line.slice(at + 1, end);
    cells.push(cell.includes('""') ? cell.replaceAll('""', '"') : cell);
    at = end + 2;
  }
  return cells;
}
