import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { feedBytes } from '../feed-bytes.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { readVexFile } from '../read-vex-file.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const vex = program
    .command('vex')
    .description('what others have said does not affect us: documents and what they answer');
  vex
    .command('import <file>')
    .description('take a VEX document: OpenVEX, CSAF or CycloneDX, in JSON')
    .action((file: string) => importFile(cli, file));
  pageOptions(vex.command('list'))
    .description('the documents, newest first')
    .action((options: PageOptions) => list(cli, options));
  pageOptions(vex.command('answers'))
    .description('the findings that are none, since a document says so')
    .option('--document <id>', 'only those of one document')
    .option('--host <host>', 'only those of one machine')
    .action((options: AnswersOptions) => answers(cli, options));
  vex
    .command('remove <id>')
    .description('take back a document; what it answered is looked at anew')
    .action((id: string) => remove(cli, id));
}

type AnswersOptions = PageOptions & { document?: string; host?: string };

async function importFile(cli: Cli, file: string): Promise<void> {
  // What is no VEX document is told here, before anything is sent.
  await readVexFile(file);
  const call = await openClient(cli);
  const document = await call('importVex', { octets: feedBytes([file]) });
  if (cli.options().json === true) return printJson(cli, document);
  printFields(cli, [
    ['Id', document.id],
    ['Document', document.document],
    ['Author', document.author],
    ['Statements', document.statements],
    ['Not readable', document.unresolved],
  ]);
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listVex', { query }), [
    { title: 'ID', value: (row) => row.id },
    { title: 'DOCUMENT', value: (row) => row.document },
    { title: 'AUTHOR', value: (row) => row.author },
    { title: 'FORM', isExtra: true, value: (row) => row.format },
    { title: 'STATEMENTS', value: (row) => row.statements },
    { title: 'ANSWERS', value: (row) => row.answers },
    { title: 'IMPORTED', value: (row) => ({ instant: row.imported_at }) },
    { title: 'BY', isExtra: true, value: (row) => row.imported_by },
  ]);
}

async function answers(cli: Cli, { document, host, ...options }: AnswersOptions): Promise<void> {
  const call = await openClient(cli);
  const filter = { document, asset: host };
  await printPages(cli, options, (query) => call('listAnsweredFindings', { query: { ...query, ...filter } }), [
    { title: 'VULNERABILITY', value: (row) => row.vulnerability },
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'PACKAGE', value: (row) => row.package },
    { title: 'INSTALLED', value: (row) => row.installed_version },
    { title: 'WHY', value: (row) => row.vex },
    { title: 'SINCE', isExtra: true, value: (row) => ({ instant: row.answered_at }) },
  ]);
}

async function remove(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  await confirm(cli, `Take back the VEX document ${visibleText(id)}?`);
  await call('removeVex', { params: { id } });
  printLine(cli, 'It is taken back; what it answered is looked at anew.');
}
