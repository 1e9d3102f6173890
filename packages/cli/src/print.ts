import { type Cli, type Colour, paint } from './cli.ts';
import { relativeTime } from './relative-time.ts';
import { visibleJson, visibleText } from './visible-text.ts';

/** What a table or a list of fields shows: text, a number, yes or no, an instant, a state in its colour, or nothing. */
export type Cell = string | number | boolean | null | { instant: string | null } | { state: string };

export interface Column<T> {
  title: string;
  value(row: T): Cell;
}

const NARROWEST = 8;
const STATE_COLOURS: Record<string, Colour> = {
  patched: 'green',
  verified: 'green',
  succeeded: 'green',
  done: 'green',
  passed: 'green',
  fresh: 'green',
  approved: 'green',
  delivered: 'green',
  pass: 'green',
  track: 'dim',
  skipped: 'dim',
  never: 'dim',
  missing: 'yellow',
  attend: 'yellow',
  waiting: 'yellow',
  paused: 'yellow',
  stale: 'yellow',
  in_review: 'yellow',
  inconclusive: 'yellow',
  no_data: 'yellow',
  done_with_failures: 'yellow',
  pending: 'yellow',
  act: 'red',
  failed: 'red',
  refused: 'red',
  rollback_failed: 'red',
  fail: 'red',
  unplannable: 'red',
  rejected: 'red',
  unknown: 'magenta',
  unreachable: 'magenta',
};

/** The API's answer as it is. */
export function printJson(cli: Cli, value: unknown): void {
  cli.io.stdout.write(`${visibleJson(value, 2)}\n`);
}

/** A line of data. Text of others must have gone through `visibleText`. */
export function printLine(cli: Cli, text: string): void {
  cli.io.stdout.write(`${text}\n`);
}

/** Rows as an aligned table on a terminal; elsewhere as TSV, whole and without a heading. */
export function printTable<T>(cli: Cli, rows: readonly T[], columns: readonly Column<T>[]): void {
  const { stdout } = cli.io;
  const body = rows.map((row) => columns.map((column) => cellText(cli, column.value(row))));
  if (!stdout.isTty) {
    for (const cells of body) stdout.write(`${cells.join('\t')}\n`);
    return;
  }
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(
    titles.map((title, i) => Math.max(title.length, ...body.map((cells) => width(cells[i] ?? '')))),
    stdout.columns,
  );
  stdout.write(`${paint(cli, 'dim', alignRow(titles, widths))}\n`);
  for (const [at, cells] of body.entries()) {
    const painted = (text: string, i: number) => paintState(cli, columns[i]?.value(rows[at] as T) ?? null, text);
    stdout.write(`${alignRow(cells, widths, painted)}\n`);
  }
}

/** One object: a label and a value on each line; on a terminal aligned, elsewhere with a tab between them. */
export function printFields(cli: Cli, fields: readonly (readonly [label: string, value: Cell])[]): void {
  const { stdout } = cli.io;
  const longest = Math.max(...fields.map(([label]) => label.length));
  for (const [label, value] of fields) {
    const text = cellText(cli, value);
    if (!stdout.isTty) stdout.write(`${label}\t${text}\n`);
    else stdout.write(`${paint(cli, 'dim', label.padEnd(longest))}  ${paintState(cli, value, text)}\n`);
  }
}

function cellText(cli: Cli, cell: Cell): string {
  const { isTty } = cli.io.stdout;
  if (cell === null || cell === '') return isTty ? '–' : '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell !== 'object') return visibleText(String(cell));
  if ('state' in cell) return visibleText(cell.state);
  if (cell.instant === null) return isTty ? '–' : '';
  return visibleText(isTty ? relativeTime(cell.instant, cli.io.now()) : cell.instant);
}

function paintState(cli: Cli, cell: Cell, text: string): string {
  const colour = typeof cell === 'object' && cell !== null && 'state' in cell ? STATE_COLOURS[cell.state] : undefined;
  return colour === undefined ? text : paint(cli, colour, text);
}

/** Takes columns off the widest cells until the row fits, as far as that goes. */
function fitWidths(wanted: number[], available: number): number[] {
  const widths = [...wanted];
  const total = () => widths.reduce((sum, each) => sum + each, 0) + 2 * (widths.length - 1);
  while (total() > available) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function alignRow(
  cells: readonly string[],
  widths: readonly number[],
  painted = (text: string, _i: number) => text,
): string {
  const parts = cells.map((cell, i) => {
    const limit = widths[i] ?? 0;
    const text =
      width(cell) > limit
        ? `${Array.from(cell)
            .slice(0, limit - 1)
            .join('')}…`
        : cell;
    return painted(text, i) + ' '.repeat(limit - width(text));
  });
  return parts.join('  ').trimEnd();
}

function width(text: string): number {
  return Array.from(text).length;
}
