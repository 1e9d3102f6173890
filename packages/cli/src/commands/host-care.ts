import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Output } from '@fleetmend/api/client.ts';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { labelText, readLabels, readWorth, type WorthOptions, worthOptions } from '../host-words.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages, readLimit } from '../pages.ts';
import { printJson, printLine, printTable } from '../print.ts';
import { visibleText } from '../visible-text.ts';

const MAX_LIST = 8_000_000;

/** The verbs for machines as a whole: many at once, lists of them, records that are one machine. */
export function registerHostCare(host: Command, cli: Cli): void {
  worthOptions(host.command('edit <selector> [labels...]'))
    .description('set labels (env=prod), take them away (env-), or set the worth of every machine that matches')
    .option('--dry-run', 'count only')
    .action((selector: string, labels: string[], options: EditOptions) => edit(cli, selector, labels, options));
  host
    .command('import <file>')
    .description('take labels and worth from a list of machines: CSV, or an Ansible inventory (.ini, .yml)')
    .option('--format <form>', 'csv, ansible_ini or ansible_yaml, where the name of the file does not tell')
    .option('--dry-run', 'count only')
    .action((file: string, options: ImportOptions) => importList(cli, file, options));
  checkOption(pageOptions(host.command('discovered')))
    .description('machines that a list names and that are not enrolled')
    .action((options: PageOptions) => listDiscovered(cli, options));
  host
    .command('diff <host>')
    .description('what was installed, removed and changed on a machine between two times')
    .requiredOption('--from <time>', 'RFC 3339, UTC')
    .option('--until <time>', 'RFC 3339, UTC; now unless given')
    .action((name: string, options: { from: string; until?: string }) => compare(cli, name, options));
  host
    .command('duplicates')
    .description('records that may be one machine, with the evidence; --check exits with 3 when there are any')
    .option('--limit <n>', 'pairs at most, 1 to 1000', readLimit)
    .option('--check', 'exit with 3 when there are any')
    .action((options: { limit?: number; check?: boolean }) => listDuplicates(cli, options));
  host
    .command('merge <kept> <other>')
    .description('two records are one machine: keep the first, retire the second; 30 days to take it back')
    .action((kept: string, other: string) => decide(cli, 'merged', kept, other));
  host
    .command('keep-apart <host> <other>')
    .description('two records are two machines; they are not shown as duplicates again')
    .action((kept: string, other: string) => decide(cli, 'kept_apart', kept, other));
  pageOptions(host.command('decisions'))
    .description('what was decided about pairs of records, newest first')
    .action((options: PageOptions) => listDecisions(cli, options));
  host
    .command('undo <decision>')
    .description('take a decision about a pair of records back')
    .action((id: string) => undo(cli, id));
}

type EditOptions = WorthOptions & { dryRun?: boolean };

async function edit(cli: Cli, filter: string, words: string[], options: EditOptions): Promise<void> {
  const { set, gone } = readLabels(words);
  const worth = readWorth(options);
  const isNothing = words.length === 0 && Object.values(worth).every((value) => value === undefined);
  if (isNothing) throw new CliError('usage', 'say what to set', { fix: 'Give labels (env=prod, env-) or an option.' });
  const call = await openClient(cli);
  const body = { filter, set: { labels: set, labels_removed: gone, ...worth } };
  const seen = await call('editAssets', { body: { ...body, is_dry_run: true } });
  if (options.dryRun !== true && seen.changed > 0) {
    await confirm(
      cli,
      `Change ${seen.changed} of ${seen.matched} machines (${visibleText(seen.sample.join(', '))} …)?`,
    );
    await call('editAssets', { body: { ...body, expected: seen.matched } });
  }
  if (cli.options().json === true) return printJson(cli, seen);
  printLine(cli, `${seen.matched} match, ${seen.changed} ${options.dryRun === true ? 'would change' : 'changed'}`);
}

interface ImportOptions {
  format?: string;
  dryRun?: boolean;
}

async function importList(cli: Cli, file: string, { format, dryRun }: ImportOptions): Promise<void> {
  const text = readList(file);
  const call = await openClient(cli);
  const form = (format ?? formatOf(file, text)) as 'csv';
  const told = await call('importAssets', {
    body: { format: form, name: basename(file), text, is_dry_run: dryRun === true },
  });
  if (cli.options().json === true) return printJson(cli, told);
  const would = dryRun === true ? 'would be ' : '';
  printLine(
    cli,
    `${told.read} machines in the list: ${told.matched} are enrolled, of which ${told.changed} ${would}changed`,
  );
  if (told.discovered > 0) note(cli, `${told.discovered} are not enrolled: fleetmend host discovered`);
  if (told.ambiguous.length > 0)
    note(cli, `Names of two machines, left alone: ${visibleText(told.ambiguous.join(', '))}`);
}

function readList(file: string): string {
  try {
    if (statSync(file).size > MAX_LIST) throw new CliError('usage', `${file} is larger than ${MAX_LIST} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${file} cannot be read: ${(error as Error).message}`);
  }
}

function formatOf(file: string, text: string): string {
  if (/\.ya?ml$/i.test(file)) return 'ansible_yaml';
  if (/\.csv$/i.test(file)) return 'csv';
  return /^\s*\[/m.test(text) || /\.ini$/i.test(file) ? 'ansible_ini' : 'csv';
}

async function listDiscovered(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listDiscovered', { query }), [
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'LABELS', value: (row) => labelText(row.labels) },
    { title: 'OWNER', value: (row) => row.owner },
    { title: 'NAMED BY', value: (row) => row.source },
    { title: 'SINCE', isExtra: true, value: (row) => ({ instant: row.first_seen_at }) },
  ]);
}

async function compare(cli: Cli, name: string, query: { from: string; until?: string }): Promise<void> {
  const call = await openClient(cli);
  const told = await call('compareSoftware', { params: { id: name }, query });
  if (cli.options().json === true) return printJson(cli, told);
  if (told.from === null) note(cli, `Nothing is known of ${query.from}: everything counts as installed since.`);
  if (told.data.length === 0) return note(cli, 'Nothing changed.');
  printTable(cli, told.data, [
    { title: 'PACKAGE', value: (row) => row.name },
    { title: 'ARCH', value: (row) => row.architecture },
    { title: 'BEFORE', value: (row) => row.before.join(' ') || null },
    { title: 'AFTER', value: (row) => row.after.join(' ') || null },
  ]);
}

async function listDuplicates(cli: Cli, { limit, check }: { limit?: number; check?: boolean }): Promise<void> {
  const call = await openClient(cli);
  const told = await call('listDuplicates', { query: limit === undefined ? {} : { limit } });
  if (check === true && told.total > 0) cli.exit = 'found';
  if (cli.options().json === true) return printJson(cli, told);
  if (told.data.length === 0) return note(cli, 'No two records look like one machine.');
  printTable(cli, told.data, [
    { title: 'OLDER', value: ({ older }) => `${older.hostname} ${older.id}` },
    { title: 'NEWER', value: ({ newer }) => `${newer.hostname} ${newer.id}` },
    { title: 'SAME', value: ({ evidence }) => evidence.map(({ kind, detail }) => `${kind} ${detail}`).join(', ') },
    { title: 'LIKELY', value: ({ sentence }) => sentence },
    { title: 'OLDER SEEN', isExtra: true, value: ({ older }) => ({ instant: older.last_check_in_at }) },
    { title: 'NEWER SEEN', isExtra: true, value: ({ newer }) => ({ instant: newer.last_check_in_at }) },
  ]);
  if (told.total > told.data.length) note(cli, `${told.total} in all: add --limit.`);
}

async function decide(cli: Cli, kind: 'merged' | 'kept_apart', kept: string, other: string): Promise<void> {
  if (kind === 'merged')
    await confirm(cli, `Retire ${visibleText(other)} and keep ${visibleText(kept)}? You have 30 days to take it back.`);
  const call = await openClient(cli);
  printDecision(cli, await call('decidePair', { body: { kind, kept, other } }));
}

async function undo(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  printDecision(cli, await call('undoPairDecision', { params: { id } }));
}

function printDecision(cli: Cli, decision: Output<'decidePair'>): void {
  if (cli.options().json === true) return printJson(cli, decision);
  const { id, kind, kept, other, undone_at, undo_until } = decision;
  const names = [kept, other].map(({ id: asset, hostname }) => visibleText(`${hostname} (${asset})`));
  const deed = kind === 'merged' ? `${names[1]} is merged into ${names[0]}` : `${names.join(' and ')} are kept apart`;
  printLine(cli, undone_at === null ? `${id}: ${deed}` : `${id}: taken back`);
  if (undo_until !== null) note(cli, `Until ${undo_until} it can be taken back: fleetmend host undo ${id}`);
}

async function listDecisions(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listPairDecisions', { query }), [
    { title: 'DECISION', value: (row) => row.id },
    { title: 'WHAT', value: (row) => row.kind },
    { title: 'KEPT', value: (row) => row.kept.hostname },
    { title: 'OTHER', value: (row) => row.other.hostname },
    { title: 'BY', value: (row) => row.decided_by },
    { title: 'WHEN', value: (row) => ({ instant: row.decided_at }) },
    { title: 'TAKEN BACK', value: (row) => row.undone_by },
  ]);
}
