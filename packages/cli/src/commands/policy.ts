import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { readYamlFile } from '../read-yaml-file.ts';
import { problemOf } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const policy = program.command('policy').description('what has been agreed to happen, to which machines, when');
  pageOptions(policy.command('list'))
    .description('every policy, in a sentence')
    .action((options: PageOptions) => list(cli, options));
  policy
    .command('show <name>')
    .description("one policy's YAML, machines and next windows")
    .action((name: string) => show(cli, name));
  policy
    .command('check <file>')
    .description('read a policy without keeping it; - is stdin')
    .action((file: string) => check(cli, file));
  policy
    .command('apply <file>')
    .description('create or replace the policy that a YAML file names; - is stdin')
    .option('--dry-run', 'only say what would change')
    .option('--check', 'as --dry-run, and exit with 3 when something would change')
    .action((file: string, options: ApplyOptions) => apply(cli, file, options));
}

interface ApplyOptions {
  dryRun?: boolean;
  check?: boolean;
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listPolicies', { query }), [
    { title: 'POLICY', value: (row) => row.name },
    { title: 'MACHINES', value: (row) => row.asset_count },
    { title: 'NEXT WINDOW', value: (row) => ({ instant: row.next_windows[0]?.from ?? null }) },
    { title: 'SAYS', value: (row) => row.sentence },
  ]);
}

async function show(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const policy = await call('readPolicy', { params: { name } });
  if (cli.options().json === true) return printJson(cli, policy);
  printSummary(cli, policy);
  for (const line of policy.yaml.split('\n')) printLine(cli, visibleText(line));
}

async function check(cli: Cli, file: string): Promise<void> {
  const yaml = await readYamlFile(cli, file, 'policy');
  const call = await openClient(cli);
  const policy = await call('checkPolicy', { body: { yaml } });
  if (cli.options().json === true) printJson(cli, policy);
  else printSummary(cli, policy);
}

async function apply(cli: Cli, file: string, options: ApplyOptions): Promise<void> {
  const yaml = await readYamlFile(cli, file, 'policy');
  const call = await openClient(cli);
  const checked = await call('checkPolicy', { body: { yaml } });
  const { name } = checked;
  const before = await readOrNull(() => call('readPolicy', { params: { name } }));
  const changes = lineChanges(before?.yaml ?? '', yaml);
  note(
    cli,
    before === null
      ? `+ policy ${visibleText(name)} is new`
      : changes.length === 0
        ? `policy ${visibleText(name)} stays as it is`
        : `~ policy ${visibleText(name)} changes:`,
  );
  if (before !== null) for (const change of changes) note(cli, `  ${visibleText(change)}`);
  const isDryRun = options.dryRun === true || options.check === true;
  if (options.check === true && changes.length > 0) cli.exit = 'found';
  if (isDryRun) return cli.options().json === true ? printJson(cli, checked) : printSummary(cli, checked);
  const policy = await call('putPolicy', { params: { name }, body: { yaml } });
  if (cli.options().json === true) printJson(cli, policy);
  else printSummary(cli, policy);
}

function printSummary(
  cli: Cli,
  policy: {
    name: string;
    sentence: string;
    asset_count: number;
    next_windows: { from: string; until: string }[];
    sha256: string;
  },
): void {
  printFields(cli, [
    ['Policy', policy.name],
    ['Says', policy.sentence],
    ['Machines', policy.asset_count],
    ...policy.next_windows.map(({ from, until }) => ['Window', `${from} to ${until}`] as const),
    ['SHA-256', policy.sha256],
  ]);
}

async function readOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (problemOf(error)?.code === 'not-found') return null;
    throw error;
  }
}

/** Lines that go and come, deletions first; unchanged ones are silent. Their order is not compared. */
export function lineChanges(before: string, after: string): string[] {
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const [old, fresh] = [lines(before), lines(after)];
  const missing = (from: string[], other: string[]) => {
    const left = [...other];
    return from.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  return [...missing(old, fresh).map((line) => `- ${line}`), ...missing(fresh, old).map((line) => `+ ${line}`)];
}
