import type { Output } from '@fleetmend/api/client.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printTable } from '../print.ts';
import { reportError } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const feed = program.command('feed').description('sources of knowledge and how fresh they are');
  checkOption(pageOptions(feed.command('list')))
    .option('--off', 'also those that are not read, and why')
    .description('feeds that are read; with --check the run ends with 3 when one is not fresh')
    .action((options: ListOptions) => list(cli, options));
  feed
    .command('sync [feeds...]')
    .description('fetch feeds now; all that are read when none is named')
    .action((ids: string[]) => sync(cli, ids));
  feed
    .command('release <feed>')
    .description('let a feed that is quarantined be loaded once, having looked why it shrank or grew')
    .action((id: string) => release(cli, id));
  feed
    .command('export [feeds...]')
    .description('pack what the server knows, as it came from the publishers, for a site without internet')
    .requiredOption('--out <file>', 'the bundle to write')
    .option('--key <file>', 'sign the bundle with this OpenSSH key (or FLEETMEND_KEY)')
    .action((ids: string[], options: ExportOptions) => exportTo(cli, ids, options));
  feed
    .command('import <path>')
    .description('load feeds from a bundle, a file or a folder, for sites without internet')
    .option('--feed <id>', 'which feed it is; otherwise its name says so (kev.json, epss.csv.gz, osv.zip, osv/)')
    .action((path: string, options: { feed?: string }) => importPath(cli, path, options));
}

type ExportOptions = { out: string; key?: string };
type ListOptions = PageOptions & { off?: boolean };

async function list(cli: Cli, { check, off, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  const read = async (query: { limit: number; cursor?: string }) => {
    const page = await call('listFeeds', { query });
    const data = page.data.filter(({ state }) => off === true || state !== 'off');
    if (check === true && data.some(({ state }) => state !== 'fresh' && state !== 'off')) cli.exit = 'found';
    return { ...page, data };
  };
  await printPages(cli, options, read, [
    { title: 'FEED', value: (row) => row.id },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'RECORDS', value: (row) => row.records },
    { title: 'DATA OF', isExtra: true, value: (row) => row.data_version },
    { title: 'PUBLISHED', value: (row) => ({ instant: row.published_at }) },
    { title: 'LAST SUCCESS', value: (row) => ({ instant: row.last_success_at }) },
    { title: 'WHY', value: (row) => row.because },
    { title: 'SOURCE', isExtra: true, value: (row) => row.source },
    { title: 'ERROR', value: (row) => row.error },
  ]);
}

async function sync(cli: Cli, ids: string[]): Promise<void> {
  const call = await openClient(cli);
  const known = ids.length > 0 ? [] : (await call('listFeeds', { query: { limit: 1000 } })).data;
  const wanted = ids.length > 0 ? ids : known.filter(({ state }) => state !== 'off').map(({ id }) => id);
  for (const id of wanted) printFeed(cli, await call('syncFeed', { params: { id } }));
}

async function release(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const feed = await call('releaseFeed', { params: { id } });
  printFeed(cli, feed);
  if (feed.source.startsWith('https://')) note(cli, 'It is fetched now; `fleetmend feed list` tells how it went.');
  else note(cli, `It is read from ${visibleText(feed.source)} now; what was imported by hand is to be imported again.`);
}

async function exportTo(cli: Cli, ids: string[], options: ExportOptions): Promise<void> {
  const { exportFeeds } = await import('../export-feeds.ts');
  const { manifest, left_out, is_signed } = await exportFeeds(cli, ids, options);
  for (const { feed, because } of left_out) note(cli, `left out: ${visibleText(feed)}, since ${because}`);
  if (cli.options().json === true)
    return printJson(cli, { out: options.out, is_signed, feeds: manifest.feeds, left_out });
  printTable(cli, manifest.feeds, [
    { title: 'FEED', value: (row) => row.feed },
    { title: 'TAKEN', value: (row) => ({ instant: row.taken_at }) },
    { title: 'FILES', value: (row) => row.files.length },
    { title: 'BYTES', value: (row) => row.files.reduce((total, { bytes }) => total + bytes, 0) },
  ]);
  note(cli, `${visibleText(options.out)} is written${is_signed ? ' and signed' : ', and not signed'}.`);
}

/** A feed that was refused makes the run end with an error; the others are loaded all the same. */
function printTaken(cli: Cli, taken: Output<'importFeedBundle'>): void {
  if (taken.feeds.some(({ refused }) => refused !== null)) cli.exit = 'error';
  if (cli.options().json === true) return printJson(cli, taken);
  note(
    cli,
    taken.signed_by === null
      ? 'The bundle’s signature was not asked for.'
      : `Signed by ${visibleText(taken.signed_by)}.`,
  );
  printTable(cli, taken.feeds, [
    { title: 'FEED', value: (row) => row.feed },
    { title: 'TAKEN', value: (row) => ({ instant: row.taken_at }) },
    { title: 'REFUSED', value: (row) => row.refused },
  ]);
}

/** Every feed is tried; one that is refused does not keep the others out. */
async function importPath(cli: Cli, path: string, options: { feed?: string }): Promise<void> {
  const [{ findFeedFiles, isBundle }, { feedBytes }] = await Promise.all([
    import('../find-feed-files.ts'),
    import('../feed-bytes.ts'),
  ]);
  const call = await openClient(cli);
  if (options.feed === undefined && isBundle(path))
    return printTaken(cli, await call('importFeedBundle', { octets: feedBytes([path]) }));
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
  feed: {
    id: string;
    state: string;
    because: string;
    records: number;
    quarantined_records: number | null;
    data_version: string | null;
    error: string | null;
  },
): void {
  if (cli.options().json === true) return printJson(cli, feed);
  printFields(cli, [
    ['Feed', feed.id],
    ['State', { state: feed.state }],
    ['Why', feed.because],
    ['Records', feed.records],
    ['Held back', feed.quarantined_records],
    ['Data of', feed.data_version],
    ['Error', feed.error],
  ]);
}
