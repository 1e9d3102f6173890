import type { Output } from '@fleetmend/api/client.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine, printTable } from '../print.ts';
import { readYamlFile } from '../read-yaml-file.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const ranking = program.command('ranking').description('how many points each factor of a score gives, in versions');
  ranking
    .command('show')
    .description('the weights as YAML, who wrote them and when')
    .option('--version <n>', 'an earlier version', readVersion)
    .action((options: { version?: number }) => show(cli, options));
  pageOptions(ranking.command('history'))
    .description('every version, newest first')
    .action((options: PageOptions) => history(cli, options));
  ranking
    .command('preview <file>')
    .description('what the weights of a YAML file would move, without keeping them; - is stdin')
    .action((file: string) => preview(cli, file));
  ranking
    .command('set <file>')
    .description('keep the weights of a YAML file as the newest version; - is stdin')
    .action((file: string) => set(cli, file));
}

async function show(cli: Cli, { version }: { version?: number }): Promise<void> {
  const call = await openClient(cli);
  const found = await call('readRanking', { query: { version } });
  if (cli.options().json === true) return printJson(cli, found);
  printSummary(cli, found);
  for (const line of found.yaml.split('\n')) printLine(cli, visibleText(line));
}

function printSummary(cli: Cli, ranking: Output<'readRanking'>): void {
  printFields(cli, [
    ['Version', ranking.version],
    ['Most points', ranking.most_points],
    ['Written by', ranking.written_by ?? 'the program itself'],
    ['Written', { instant: ranking.written_at }],
  ]);
}

async function history(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listRankingVersions', { query }), [
    { title: 'VERSION', value: (row) => row.version },
    { title: 'MOST POINTS', value: (row) => row.most_points },
    { title: 'WRITTEN', value: (row) => ({ instant: row.written_at }) },
    { title: 'BY', value: (row) => row.written_by ?? 'the program itself' },
  ]);
}

async function preview(cli: Cli, file: string): Promise<void> {
  const yaml = await readYamlFile(cli, file, 'ranking');
  const call = await openClient(cli);
  const found = await call('previewRanking', { body: { yaml } });
  if (cli.options().json === true) return printJson(cli, found);
  noteMoves(cli, found);
  printTable(cli, found.moves, [
    { title: 'PATCH', value: (row) => row.patch },
    { title: 'UPDATE', value: (row) => `${row.source} ${row.to_version}` },
    { title: 'RANK', value: (row) => `${row.from.rank} → ${row.to.rank}` },
    { title: 'DECISION', value: (row) => ({ state: row.to.decision }) },
    { title: 'BEFORE', value: (row) => ({ state: row.from.decision }) },
    { title: 'SCORE', value: (row) => `${row.from.score} → ${row.to.score}` },
  ]);
}

function noteMoves(cli: Cli, { moved, of, moves, most_points }: Output<'previewRanking'>): void {
  note(cli, `${moved} of ${of} patches would move; all factors together give ${most_points} points at most`);
  if (moved > moves.length) note(cli, `the first ${moves.length} are shown`);
}

/** Keeps what was read before it was asked about: a version that came in between is not overwritten. */
async function set(cli: Cli, file: string): Promise<void> {
  const yaml = await readYamlFile(cli, file, 'ranking');
  const call = await openClient(cli);
  const before = await call('readRanking', {});
  noteMoves(cli, await call('previewRanking', { body: { yaml } }));
  await confirm(cli, `Keep these weights as version ${before.version + 1}?`);
  const ranking = await call('putRanking', { body: { yaml }, ifMatch: String(before.version) });
  if (cli.options().json === true) printJson(cli, ranking);
  else printSummary(cli, ranking);
}

/** @throws InvalidArgumentError when it is no whole number from 1. */
function readVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(text);
}
