import type { Output } from '@fleetmend/api/client.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { readLabels } from '../host-words.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { visibleText } from '../visible-text.ts';

type SshHost = Output<'readSshHost'>;

/** A first contact and a reading take seconds; what takes longer is told as it stands. */
const WAIT_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 500;

/** The verbs for machines without an agent: they are read over SSH, on the word of the connection. */
export function registerHostSsh(host: Command, cli: Cli): void {
  host
    .command('ssh-setup')
    .description('what makes a machine let us read it over SSH; run it there as root, once')
    .action(() => showSetup(cli));
  host
    .command('add-ssh <address> [labels...]')
    .description('add a machine without an agent: inventory only, nothing can be deployed to it')
    .option('--port <n>', 'where its sshd listens', readPort, 22)
    .option('--user <name>', 'the account that ssh-setup makes', 'fleetmend')
    .option('--name <name>', 'how it is called; its address unless given')
    .option('--fingerprint <SHA256:…>', 'of its host key, where you know it: then nobody has to confirm it')
    .action((address: string, labels: string[], options: AddOptions) => add(cli, address, labels, options));
  host
    .command('confirm-key <host> <fingerprint>')
    .description('the host key that a machine shows is its own: you have compared its fingerprint')
    .action((name: string, fingerprint: string) => confirmKey(cli, name, fingerprint));
  host
    .command('scan <host>')
    .description('read a machine over SSH now')
    .action((name: string) => scan(cli, name));
  checkOption(pageOptions(host.command('list-ssh')))
    .description('machines that are read over SSH, and where each stands')
    .action((options: PageOptions) => list(cli, options));
}

interface AddOptions {
  port: number;
  user: string;
  name?: string;
  fingerprint?: string;
}

async function showSetup(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const authority = await call('readSshAuthority', {});
  if (cli.options().json === true) return printJson(cli, authority);
  note(cli, `Our key ${authority.fingerprint} is trusted for the account ${authority.account} alone:`);
  for (const line of authority.setup.split('\n')) printLine(cli, visibleText(line));
}

async function add(cli: Cli, address: string, labels: string[], options: AddOptions): Promise<void> {
  const { port, user: user_name, name, fingerprint } = options;
  const call = await openClient(cli);
  const body = { address, port, user_name, name, fingerprint, labels: readLabels(labels).set };
  const added = await call('addSshHost', { body });
  show(cli, await waitForTry(cli, call, added));
}

async function confirmKey(cli: Cli, name: string, fingerprint: string): Promise<void> {
  const call = await openClient(cli);
  const confirmed = await call('confirmHostKey', { params: { id: name }, body: { fingerprint } });
  show(cli, await waitForTry(cli, call, confirmed));
}

async function scan(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const before = await call('requestSshRead', { params: { id: name } });
  show(cli, await waitForTry(cli, call, before));
}

/** The machine as it stands after its next try, or after as long as anybody waits. */
async function waitForTry(cli: Cli, call: Awaited<ReturnType<typeof openClient>>, before: SshHost): Promise<SshHost> {
  const until = Date.now() + WAIT_MILLISECONDS;
  for (;;) {
    const now = await call('readSshHost', { params: { id: before.id } });
    if (now.tried_at !== before.tried_at || Date.now() > until) return now;
    if (cli.io.interrupted.aborted) throw new CliError('interrupted', 'interrupted');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

function show(cli: Cli, host: SshHost): void {
  if (cli.options().json === true) return printJson(cli, host);
  printFields(cli, [
    ['Host', host.name],
    ['Id', host.id],
    ['At', `${host.user_name}@${host.address}, port ${host.port}`],
    ['State', host.state.replaceAll('_', ' ')],
    ['Host key', host.host_key === null ? null : keyText(host.host_key)],
    ['Shows now', host.seen_key === null ? null : keyText(host.seen_key)],
    ['Problem', host.problem === null ? null : [host.problem.text, host.problem.detail].join(' ').trim()],
    ['Next step', host.next_step],
    ['Read', { instant: host.read_at }],
    ['Readings', `${host.reads}, ${host.whole_reads} of them whole, in ${host.logins} logins`],
    ['Assurance', 'the word of the connection: nothing it says is signed, and nothing can be deployed to it'],
  ]);
  if (host.seen_key !== null)
    note(cli, `Once compared: fleetmend host confirm-key ${visibleText(host.name)} ${host.seen_key.fingerprint}`);
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listSshHosts', { query }), [
    { title: 'HOST', value: (row) => row.name },
    { title: 'STATE', value: (row) => row.state.replaceAll('_', ' ') },
    { title: 'AT', value: (row) => `${row.user_name}@${row.address}:${row.port}` },
    { title: 'READ', value: (row) => ({ instant: row.read_at }) },
    { title: 'NEXT', isExtra: true, value: (row) => row.next_step },
  ]);
}

function keyText({ type, fingerprint }: { type: string; fingerprint: string }): string {
  return `${fingerprint} (${type})`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 1 to 65535.');
}
