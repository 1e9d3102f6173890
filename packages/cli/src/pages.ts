import { type Command, InvalidArgumentError } from 'commander';
import { type Cli, note } from './cli.ts';
import { type Column, printJson, printTable } from './print.ts';
import { visibleText } from './visible-text.ts';

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}
export interface PageOptions {
  limit?: number;
  cursor?: string;
  all?: boolean;
  check?: boolean;
}

const LARGEST_PAGE = 1000;
const TERMINAL_ROWS = 100;

/** The options of every list. */
export function pageOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'rows at most, 1 to 1000', readLimit)
    .option('--cursor <cursor>', 'go on where an earlier list ended')
    .option('--all', 'every row');
}

/** `--check`: the run ends with 3 when the list is not empty. */
export function checkOption(command: Command): Command {
  return command.option('--check', 'exit with 3 when there is anything in the list');
}

/**
 * A list as the person wants it: the API's page with --json; a table of the first rows on a terminal; every row in a
 * pipe, since a script that silently gets a part is worse than one that waits.
 */
export async function printPages<T>(
  cli: Cli,
  options: PageOptions,
  read: (query: { limit: number; cursor?: string }) => Promise<Page<T>>,
  columns: readonly Column<T>[],
): Promise<void> {
  const isJson = cli.options().json === true;
  const isAll = options.all ?? (!isJson && !cli.io.stdout.isTty && options.limit === undefined);
  const limit = isAll ? LARGEST_PAGE : (options.limit ?? TERMINAL_ROWS);
  const page = await read({ limit, ...(options.cursor === undefined ? {} : { cursor: options.cursor }) });
  while (isAll && page.next_cursor !== null) {
    const next = await read({ limit, cursor: page.next_cursor });
    page.data.push(...next.data);
    page.next_cursor = next.next_cursor;
  }
  if (options.check === true && page.data.length > 0) cli.exit = 'found';
  if (isJson) return printJson(cli, page);
  if (page.data.length > 0) printTable(cli, page.data, columns);
  else note(cli, 'Nothing.');
  if (page.next_cursor !== null) note(cli, `There is more: add --all, or --cursor ${visibleText(page.next_cursor)}`);
}

/** @throws InvalidArgumentError when it is no whole number from 1 to 1000. */
export function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LARGEST_PAGE) throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
  return limit;
}
