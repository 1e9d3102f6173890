import { type Command, InvalidArgumentError } from 'commander';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printJson, printLine } from '../print.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const token = program.command('token').description('API tokens');
  token
    .command('create <name>')
    .description('make a token; its secret is printed once')
    .option('--permission <permission...>', 'only these of what you may do, as changes:read')
    .option('--days <n>', 'until it expires, 1 to 365', readDays, 90)
    .action((name: string, options: { permission?: string[]; days: number }) => create(cli, name, options));
  pageOptions(token.command('list'))
    .description('your tokens')
    .action((options: PageOptions) => list(cli, options));
  token
    .command('revoke <id>')
    .description('refuse a token from now on')
    .action((id: string) => revoke(cli, id));
}

async function create(
  cli: Cli,
  name: string,
  { permission, days }: { permission?: string[]; days: number },
): Promise<void> {
  const call = await openClient(cli);
  // The server knows the permissions and says which word is none.
  const permissions = permission as ['self'] | undefined;
  const made = await call('createToken', {
    body: { name, expires_in_days: days, ...(permissions === undefined ? {} : { permissions }) },
  });
  if (cli.options().json === true) return printJson(cli, made);
  note(cli, `Shown this once; it expires ${made.expires_at}. Id: ${made.id}`);
  printLine(cli, visibleText(made.token));
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listTokens', { query }), [
    { title: 'ID', value: (row) => row.id },
    { title: 'NAME', value: (row) => row.name },
    { title: 'PERMISSIONS', isExtra: true, value: (row) => row.permissions.length },
    { title: 'LAST USED', isExtra: true, value: (row) => ({ instant: row.last_used_at }) },
    { title: 'EXPIRES', value: (row) => ({ instant: row.expires_at }) },
  ]);
}

async function revoke(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  await call('revokeToken', { params: { id } });
  printLine(cli, `${visibleText(id)} is revoked.`);
}

function readDays(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 365) throw new InvalidArgumentError('Give a whole number from 1 to 365.');
  return days;
}
