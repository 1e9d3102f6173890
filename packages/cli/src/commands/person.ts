import { type Command, Option } from 'commander';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printJson, printLine } from '../print.ts';
import { visibleText } from '../visible-text.ts';

/** As in the trust root's `PERSON_ROLES`; repeated so that --help does not load the contract. A test compares them. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const;
type Role = (typeof ROLES)[number];

export function register(program: Command, cli: Cli): void {
  const person = program.command('person').description('people and their roles');
  pageOptions(person.command('list'))
    .description('people, their roles and keys')
    .action((options: PageOptions) => list(cli, options));
  person
    .command('invite <name>')
    .description('add a person; prints the link that signs them in once')
    .addOption(new Option('--role <role...>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .action((name: string, { role }: { role: Role[] }) => invite(cli, name, role));
  person
    .command('link <person>')
    .description('a new sign-in link for a person, by id or name')
    .action((person: string) => renewLink(cli, person));
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listPeople', { query }), [
    { title: 'NAME', value: (row) => row.name },
    { title: 'ROLES', value: (row) => row.roles.join(', ') },
    { title: 'KEYS', value: (row) => row.keys.length },
    { title: 'IN ROOT', value: (row) => row.keys.some(({ in_root }) => in_root) },
    { title: 'SINCE', isExtra: true, value: (row) => ({ instant: row.created_at }) },
    { title: 'ID', isExtra: true, value: (row) => row.id },
  ]);
}

async function invite(cli: Cli, name: string, roles: Role[]): Promise<void> {
  const call = await openClient(cli);
  const invitation = await call('invitePerson', { body: { name, roles } });
  if (cli.options().json === true) return printJson(cli, invitation);
  note(cli, `Give this link to ${visibleText(invitation.person.name)}; it works once, until ${invitation.expires_at}:`);
  printLine(cli, visibleText(invitation.sign_in_url));
}

async function renewLink(cli: Cli, person: string): Promise<void> {
  const call = await openClient(cli);
  const { data } = await call('listPeople', { query: { limit: 1000 } });
  const id = data.find((each) => each.id === person || each.name === person)?.id ?? person;
  const link = await call('renewSignInLink', { params: { id } });
  if (cli.options().json === true) return printJson(cli, link);
  note(cli, `It works once, until ${link.expires_at}:`);
  printLine(cli, visibleText(link.sign_in_url));
}
