import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson } from '../print.ts';
import { reportError } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const feed = program.command('feed').description('sources of knowledge and how fresh they are');
  checkOption(pageOptions(feed.command('list')))
    .description('feeds; with --check the run ends with 3 when one is not fresh')
    .action((options: PageOptions) => list(cli, options));
  feed
    .command('sync [feeds...]')
    .description('fetch feeds now; all of them when none is named')
    .action((ids: string[]) => sync(cli, ids));
  feed
    .command('import <path>')
    .description('load feeds from a file or a folder, for sites without internet')
    .option('--feed <id>', 'which feed it is; otherwise its name says so (kev.json, epss.csv.gz, osv.zip, osv/)')
    .action((path: string, options: { feed?: string }) => importPath(cli, path, options));
}

async function list(cli: Cli, { check, ...options }: PageOptions): Promise<void> {
  const call = await openClient(cli);
  const read = async (query: { limit: number; cursor?: string }) => {
    const page = await call('listFeeds', { query });
    if (check === true && page.data.some(({ state }) => state !== 'fresh')) cli.exit = 'found';
    return page;
  };
  await printPages(cli, options, read, [
    { title: 'FEED', value: (row) => row.id },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'RECORDS', value: (row) => row.records },
    { title: 'DATA OF', isExtra: true, value: (row) => row.data_version },
    { title: 'LAST SUCCESS', value: (row) => ({ instant: row.last_success_at }) },
    { title: 'SOURCE', isExtra: true, value: (row) => row.source },
    { title: 'ERROR', value: (row) => row.error },
  ]);
}

async function sync(cli: Cli, ids: string[]): Promise<void> {
  const call = await openClient(cli);
  const wanted = ids.length > 0 ? ids : (await call('listFeeds', { query: { limit: 1000 } })).data.map(({ id }) => id);
  for (const id of wanted) printFeed(cli, await call('syncFeed', { params: { id } }));
}

/** Every feed is tried; one that is refused does not keep the others out. */
async function importPath(cli: Cli, path: string, options: { feed?: string }): Promise<void> {
  const [{ findFeedFiles }, { feedBytes }] = await Promise.all([
    import('../find-feed-files.ts'),
    import('../feed-bytes.ts'),
  ]);
  const call = await openClient(cli);
  const known = (await call('listFeeds', { query: { limit: 1000 } })).data.map(({ id }) => id);
  const { feeds, skipped } = findFeedFiles(path, { known, feed: options.feed });
  for (const each of skipped) note(cli, `skipped: ${visibleText(each)} is named after no feed (${known.join(', ')})`);
  if (feeds.length === 0) {
    throw new CliError('usage', `there is no feed at ${path}`, {
      fix: `Name files and folders after their feed (${known.join(', ')}), or say --feed.`,
    });
  }
  for (const { id, files } of feeds) {
    note(
      cli,
      `loading ${visibleText(id)} from ${files.length === 1 ? visibleText(files[0] ?? '') : `${files.length} files`}`,
    );
    try {
      printFeed(cli, await call('importFeed', { params: { id }, octets: feedBytes(files) }));
    } catch (error) {
      cli.exit = reportError(cli, error);
    }
  }
}

function printFeed(
  cli: Cli,
  feed: { id: string; state: string; records: number; data_version: string | null; error: string | null },
): void {
  if (cli.options().json === true) return printJson(cli, feed);
  printFields(cli, [
    ['Feed', feed.id],
    ['State', { state: feed.state }],
    ['Records', feed.records],
    ['Data of', feed.data_version],
    ['Error', feed.error],
  ]);
}
