import {
  checkHostText,
  type HostList,
  type ListedHost,
  MOST_HOSTS,
  mergeListed,
  readListedHost,
  toHostList,
} from './host-list.ts';

const NAME_COLUMNS = ['hostname', 'host', 'name', 'fqdn'];

/**
 * Machines of a CSV file (RFC 4180) with a heading: one column is the host name, `owner`, `service_group`, `criticality`,
 * `data_sensitivity` and `exposure` are those facts, `labels` holds `key=value` with spaces between, and any other column
 * is a label of that name.
 */
export function readCsvHosts(text: string): HostList {
  const tooMuch = checkHostText(text);
  if (tooMuch !== null) return { error: tooMuch };
  const rows = readCsv(text.replace(/^\ufeff/, ''));
  if ('error' in rows) return rows;
  const [heading, ...lines] = rows.rows;
  const columns = heading?.map((each) => each.trim().toLowerCase().replaceAll(' ', '_')) ?? [];
  const nameAt = NAME_COLUMNS.map((name) => columns.indexOf(name)).find((at) => at !== -1);
  if (nameAt === undefined) return { error: `line 1: no column is called ${NAME_COLUMNS.join(', ')}` };
  if (lines.length > MOST_HOSTS) return { error: `more than ${MOST_HOSTS} machines` };
  const hosts = new Map<string, ListedHost>();
  for (const [at, cells] of lines.entries()) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    const host = readListedHost(cells[nameAt] ?? '', fieldsOf(columns, cells, nameAt));
    if ('error' in host) return { error: `row ${at + 2}: ${host.error}` };
    mergeListed(hosts, host);
  }
  return toHostList(hosts);
}

function fieldsOf(columns: readonly string[], cells: readonly string[], nameAt: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [at, column] of columns.entries()) {
    if (at === nameAt || column === '') continue;
    if (column !== 'labels') fields.set(column, cells[at] ?? '');
    else
      for (const pair of (cells[at] ?? '').split(/[\s;]+/)) {
        const [key = '', ...value] = pair.split('=');
        if (key !== '') fields.set(key, value.join('='));
      }
  }
  return fields;
}

/** Cells by row: a quoted cell may hold commas, line ends and doubled quotes. */
function readCsv(text: string): { rows: string[][] } | { error: string } {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const cell = readCell(text, at);
    const end = cell === null ? null : endOf(text, cell.next);
    if (cell === null || end === null)
      return { error: `row ${rows.length + 1}: a quote is not closed, or stands in the middle of a cell` };
    row.push(cell.value);
    at = cell.next + end.length;
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, '']);
  return { rows };
}

/** The cell that begins here and where it ends; null where its quote is not closed. */
function readCell(text: string, from: number): { value: string; next: number } | null {
  if (text[from] !== '"') {
    const next = nextOf(text, from);
    return { value: text.slice(from, next), next };
  }
  let close = text.indexOf('"', from + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close === -1 ? null : { value: text.slice(from + 1, close).replaceAll('""', '"'), next: close + 1 };
}

const PLAIN_END = /[",\r\n]|$/g;

function nextOf(text: string, from: number): number {
  PLAIN_END.lastIndex = from;
  return PLAIN_END.exec(text)?.index ?? text.length;
}

/** What ends a cell: a comma, the end of the line, or that of the text; null where something else stands there. */
function endOf(text: string, at: number): ',' | '\n' | '\r\n' | '' | null {
  if (at === text.length) return '';
  if (text[at] === ',' || text[at] === '\n') return text[at] === ',' ? ',' : '\n';
  return text.startsWith('\r\n', at) ? '\r\n' : null;
}
