import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson } from '../print.ts';
import { visibleJson } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('who did what, and proof that the log is whole');
  pageOptions(audit.command('list'))
    .description('entries, newest first')
    .option('--object <object>', 'only those about it, as change/CH-1')
    .option('--verb <verb>', 'only those of one kind, as change.approve')
    .action((options: ListOptions) => list(cli, options));
  audit
    .command('verify')
    .description('recompute the chain of hashes; ends with 1 when it is broken')
    .option('--file <file>', 'of an export, here, without the server')
    .option('--head <hash>', 'the newest hash, as it was written down before')
    .action((options: VerifyOptions) =>
      options.file === undefined ? verifyOnServer(cli, options) : verifyFile(cli, options.file, options),
    );
  audit
    .command('export')
    .description('every entry, oldest first, one JSON object a line')
    .action(() => exportAll(cli));
}

type ListOptions = PageOptions & { object?: string; verb?: string };
interface VerifyOptions {
  file?: string;
  head?: string;
}

async function list(cli: Cli, { object, verb, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAudit', { query: { ...query, object, verb } }), [
    { title: '#', value: (row) => row.sequence },
    { title: 'WHEN', value: (row) => ({ instant: row.at }) },
    { title: 'WHO', value: (row) => row.actor },
    { title: 'DID', value: (row) => row.verb },
    { title: 'TO', value: (row) => row.object },
    { title: 'DETAIL', isExtra: true, value: (row) => JSON.stringify(row.detail) },
  ]);
}

async function verifyOnServer(cli: Cli, { head }: VerifyOptions): Promise<void> {
  const call = await openClient(cli);
  const result = await call('verifyAudit', {});
  const isSameHead = head === undefined || head === result.head;
  if (cli.options().json === true) printJson(cli, result);
  else {
    printFields(cli, [
      ['Intact', result.is_intact],
      ['Entries', result.entries],
      ['Head', result.head],
      ['Broken at', result.broken_at],
      ['Proves', result.proves],
      ['Checked', { instant: result.checked_at }],
    ]);
  }
  if (!result.is_intact) throw new CliError('error', `the audit log is broken at entry ${result.broken_at}`);
  if (!isSameHead)
    throw new CliError('error', `the newest hash is ${result.head}, not ${head}`, {
      fix: 'Entries were added since, or cut off: look for that hash in an export.',
    });
}

/** The hashes are recomputed here: the server is not asked. */
async function verifyFile(cli: Cli, file: string, { head }: VerifyOptions): Promise<void> {
  const { verifyExport } = await import('../verify-export.ts');
  const lines = createInterface({
    input: file === '-' ? cli.io.stdin : createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const result = await verifyExport(lines, head ?? null);
  if (cli.options().json === true) printJson(cli, result);
  else {
    printFields(cli, [
      ['Intact', result.is_intact],
      ['Entries', result.entries],
      ['Head', result.head],
      ['Broken at', result.broken_at],
      ['Holds the head', result.holds_head],
    ]);
  }
  if (!result.is_intact) throw new CliError('error', `the export is broken at entry ${result.broken_at}`);
  if (result.holds_head === false)
    throw new CliError('error', `no entry has the hash ${head}: entries were cut off or replaced`);
  note(
    cli,
    'Each entry follows from the one before it. That none is missing at the end, only a hash written down earlier shows (--head).',
  );
}

/** The API lists newest first; a chain is read from its beginning. */
async function exportAll(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const entries: unknown[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: unknown[]; next_cursor: string | null } = await call('listAudit', {
      query: { limit: 1000, ...(cursor === null ? {} : { cursor }) },
    });
    entries.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  for (const entry of entries.toReversed()) cli.io.stdout.write(`${visibleJson(entry, 0)}\n`);
  note(cli, `${entries.length} entries; check them anywhere with: fleetmend audit verify --file FILE`);
}
