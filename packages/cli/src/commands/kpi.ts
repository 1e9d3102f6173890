import type { Output } from '@fleetmend/api/client.ts';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { printFields, printJson, printTable } from '../print.ts';
import { spanText } from '../relative-time.ts';

type Kpi = Output<'listKpis'>['data'][number];

export function register(program: Command, cli: Cli): void {
  const kpi = program.command('kpi').description('success rate, time to patch, compliance, each with its counted rows');
  kpi
    .command('list')
    .alias('kpi')
    .description('the numbers')
    .action(() => list(cli));
  kpi
    .command('show <kpi>')
    .description('one number, its formula and the rows it counts')
    .action((id: string) => show(cli, id));
}

async function list(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const page = await call('listKpis', {});
  if (cli.options().json === true) return printJson(cli, page);
  printTable(cli, page.data, [
    { title: 'KPI', value: (row) => row.id },
    { title: 'VALUE', value: (row) => valueText(row, row.value) },
    { title: 'MEDIAN', value: (row) => valueText(row, row.median) },
    { title: 'P90', value: (row) => valueText(row, row.p90) },
    { title: 'OF', value: (row) => (row.denominator === null ? null : `${row.numerator ?? 0}/${row.denominator}`) },
    { title: 'AS OF', isExtra: true, value: (row) => ({ instant: row.as_of }) },
    { title: 'MEANS', isExtra: true, value: (row) => row.definition },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const page = await call('listKpis', {});
  const kpi = page.data.find((each) => each.id === id);
  if (kpi === undefined)
    throw new CliError('error', `there is no KPI "${id}"`, {
      fix: `There are ${page.data.map((each) => each.id).join(', ')}.`,
    });
  if (cli.options().json === true) return printJson(cli, kpi);
  printFields(cli, [
    ['KPI', kpi.title],
    ['Value', valueText(kpi, kpi.value)],
    ['Means', kpi.definition],
    ['As of', { instant: kpi.as_of }],
  ]);
  printTable(cli, kpi.rows, [
    { title: 'SUBJECT', value: (row) => row.subject },
    { title: 'COUNTED', value: (row) => row.counted },
    { title: 'VALUE', value: (row) => valueText(kpi, row.value) },
    { title: 'WHEN', value: (row) => ({ instant: row.at }) },
  ]);
}

/** Nothing to count is "no data", never 100 %. */
function valueText({ unit }: Kpi, value: number | null): string | null {
  if (value === null) return null;
  return unit === 'percent' ? `${Math.round(value * 10) / 10} %` : spanText(value);
}
