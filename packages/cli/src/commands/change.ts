import { randomUUID } from 'node:crypto';
import type { Client } from '@fleetmend/api/client.ts';
import { type Command, Option } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note, pause } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { readSeconds } from '../duration.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printJson, printLine } from '../print.ts';
import { type Change, printChange, printPlan, requirePlan } from '../print-change.ts';
import { signedInServer } from '../server-address.ts';
import { visibleText } from '../visible-text.ts';

type State = Change['state'];

export function register(program: Command, cli: Cli): void {
  const change = program.command('change').description('exact plans: create, read, approve');
  change
    .command('create <patches...>')
    .description('ask for patches to be shipped; the machines then compute the exact plan')
    .requiredOption('--policy <name>', 'which policy it runs under')
    .option('--host <host...>', 'only these of the machines that the policy selects')
    .option('--title <text>')
    .option('--reason <text>', 'why')
    .option('--fix-only', 'the lowest versions that carry every security fix, not the newest')
    .option('--accept-no-rollback', 'accept that some machines will have no way back')
    .option('--wait', 'until the plan is there')
    .addOption(new Option('--timeout <time>', 'with --wait, as 5m').default('10m'))
    .action((patches: string[], options: CreateOptions) => create(cli, patches, options));
  pageOptions(change.command('list'))
    .description('changes, newest first')
    .option('--state <state>', 'in_review, approved, running, …')
    .action((options: PageOptions & { state?: State }) => list(cli, options));
  change
    .command('show <change>')
    .description('one change: state, approvals, exact plan')
    .action((id: string) => show(cli, id));
  change
    .command('diff <change>')
    .description('what it does to each machine, read from the document itself')
    .action((id: string) => showPlan(cli, id));
  change
    .command('document <change>')
    .description('the canonical document, byte for byte as it is signed')
    .action((id: string) => printDocument(cli, id));
  change
    .command('approve <change>')
    .description('read the plan, then sign its document with your key')
    .option('--key <file>', 'OpenSSH or PEM Ed25519 key; a .pub file uses the SSH agent (also: FLEETMEND_KEY)')
    .action((id: string, options: { key?: string }) => approve(cli, id, options));
  change
    .command('reject <change>')
    .description('say no, with a reason')
    .requiredOption('--reason <text>', 'why')
    .action((id: string, { reason }: { reason: string }) => end(cli, id, { verb: 'rejectChange', reason }));
  change
    .command('cancel <change>')
    .description('take it back before it runs')
    .option('--reason <text>', 'why', '')
    .action((id: string, { reason }: { reason: string }) => end(cli, id, { verb: 'cancelChange', reason }));
}

interface CreateOptions {
  policy: string;
  host?: string[];
  title?: string;
  reason?: string;
  fixOnly?: boolean;
  acceptNoRollback?: boolean;
  wait?: boolean;
  timeout: string;
}

async function create(cli: Cli, patches: string[], options: CreateOptions): Promise<void> {
  const seconds = readSeconds(options.timeout);
  const call = await openClient(cli);
  const body = {
    patches,
    policy: options.policy,
    reason: options.reason ?? '',
    versions: options.fixOnly === true ? ('fix-only' as const) : ('newest' as const),
    accepts_no_rollback: options.acceptNoRollback ?? false,
    ...(options.host === undefined ? {} : { assets: options.host }),
    ...(options.title === undefined ? {} : { title: options.title }),
  };
  const made = await call('createChange', { body, idempotencyKey: randomUUID() });
  const change = options.wait === true ? await waitForPlan(cli, call, made, seconds) : made;
  if (change.state === 'unplannable') cli.exit = 'blocked';
  printChange(cli, change);
}

/** Machines that are asleep plan when they wake; the change stays and can be looked at later. */
async function waitForPlan(cli: Cli, call: Client, made: Change, seconds: number): Promise<Change> {
  const end = performance.now() + seconds * 1000;
  let change = made;
  while (change.state === 'planning') {
    if (performance.now() > end)
      throw new CliError('timeout', `${change.id} is still being planned`, { blockedBy: change.blocked_by });
    await pause(cli, 1000);
    change = await call('readChange', { params: { id: made.id } });
  }
  return change;
}

async function list(cli: Cli, { state, ...options }: PageOptions & { state?: State }): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listChanges', { query: { ...query, state } }), [
    { title: 'CHANGE', value: (row) => row.id },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'TITLE', value: (row) => row.title },
    { title: 'AUTHOR', isExtra: true, value: (row) => row.author.name },
    { title: 'TO SIGN', value: (row) => row.approvals_needed },
    { title: 'ROLLOUT', isExtra: true, value: (row) => row.rollout },
    { title: 'CREATED', isExtra: true, value: (row) => ({ instant: row.created_at }) },
    { title: 'NEXT', isExtra: true, value: (row) => row.next_step },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const change = await call('readChange', { params: { id } });
  printChange(cli, change);
  if (cli.options().json !== true && change.canonical !== null)
    await printPlan(cli, change, (line) => printLine(cli, line));
}

async function showPlan(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const change = await call('readChange', { params: { id } });
  requirePlan(change);
  if (cli.options().json === true) return printJson(cli, JSON.parse(change.canonical ?? ''));
  await printPlan(cli, change, (line) => printLine(cli, line));
}

async function printDocument(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const change = await call('readChange', { params: { id } });
  requirePlan(change);
  const text = change.canonical ?? '';
  // In a pipe the very bytes that are signed, without a newline, so that `sha256sum` gives the digest.
  cli.io.stdout.write(cli.io.stdout.isTty ? `${visibleText(text)}\n` : text);
}

/** Digest, form and contents are read from the text itself; its display fields could say anything. */
async function approve(cli: Cli, id: string, options: { key?: string }): Promise<void> {
  const { keyPath, signDocument } = await import('../sign-document.ts');
  keyPath(cli, options.key);
  const call = await openClient(cli);
  const change = await call('readChange', { params: { id } });
  requirePlan(change);
  if (change.state !== 'in_review') {
    throw new CliError('blocked', `${change.id} is ${change.state}: there is nothing to approve`, {
      blockedBy: change.blocked_by,
      fix: change.next_step,
    });
  }
  const [{ checkedChange }, { SIGNATURE_PURPOSES }, { changeLines }] = await Promise.all([
    import('../check-document.ts'),
    import('@fleetmend/domain/access/trust-root.ts'),
    import('../render-change.ts'),
  ]);
  const [text, digest] = [change.canonical ?? '', change.digest ?? ''];
  const document = checkedChange(
    { text, digest },
    { id, organization: signedInServer(cli).organization, now: cli.io.now() },
  );
  for (const line of changeLines(document, digest)) note(cli, line);
  await confirm(cli, `Approve ${document.change}?`);
  const signature = await signDocument(cli, options.key, { purpose: SIGNATURE_PURPOSES.change, document: text });
  const approved = await call('approveChange', {
    params: { id: change.id },
    ifMatch: digest,
    idempotencyKey: randomUUID(),
    body: { signature },
  });
  printChange(cli, approved);
}

async function end(
  cli: Cli,
  id: string,
  { verb, reason }: { verb: 'rejectChange' | 'cancelChange'; reason: string },
): Promise<void> {
  const call = await openClient(cli);
  printChange(cli, await call(verb, { params: { id }, idempotencyKey: randomUUID(), body: { reason } }));
}
