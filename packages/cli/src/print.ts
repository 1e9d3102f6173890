import { type Cli, type Colour, paint } from './cli.ts';
import { relativeTime } from './relative-time.ts';
import { layOut } from './table-layout.ts';
import { visibleJson, visibleText } from './visible-text.ts';

/** What a table or a list of fields shows: text, a number, yes or no, an instant, a state in its colour, or nothing. */
export type Cell = string | number | boolean | null | { instant: string | null } | { state: string };

export interface Column<T> {
  title: string;
  value(row: T): Cell;
  /** Left out on a narrow terminal; never in a pipe. */
  isExtra?: boolean;
}

/** What a terminal shows where there is nothing. */
const NOTHING = '–';
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
  const needs = columns.map(({ title, isExtra }, i) => ({
    width: Math.max(title.length, ...body.map((cells) => width(cells[i] ?? ''))),
    isEmpty: body.every((cells) => cells[i] === NOTHING),
    isExtra: isExtra ?? false,
  }));
  const shown = layOut(needs, stdout.columns);
  const line = (cell: (at: number, width: number) => string) =>
    shown
      .map(({ at, width: wide }) => cell(at, wide))
      .join('  ')
      .trimEnd();
  stdout.write(
    `${paint(
      cli,
      'dim',
      line((at, wide) => (columns[at]?.title ?? '').padEnd(wide)),
    )}\n`,
  );
  for (const [n, row] of rows.entries()) {
    const cell = (at: number, wide: number) => {
      const text = cut(body[n]?.[at] ?? '', wide);
      return paintState(cli, columns[at]?.value(row) ?? null, text) + ' '.repeat(wide - width(text));
    };
    stdout.write(`${line(cell)}\n`);
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
  if (cell === null || cell === '') return isTty ? NOTHING : '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell !== 'object') return visibleText(String(cell));
  if ('state' in cell) return visibleText(cell.state);
  if (cell.instant === null) return isTty ? NOTHING : '';
  return visibleText(isTty ? relativeTime(cell.instant, cli.io.now()) : cell.instant);
}

function paintState(cli: Cli, cell: Cell, text: string): string {
  const colour = typeof cell === 'object' && cell !== null && 'state' in cell ? STATE_COLOURS[cell.state] : undefined;
  return colour === undefined ? text : paint(cli, colour, text);
}

function cut(text: string, wide: number): string {
  return width(text) <= wide
    ? text
    : `${Array.from(text)
        .slice(0, wide - 1)
        .join('')}…`;
}

function width(text: string): number {
  return Array.from(text).length;
}
